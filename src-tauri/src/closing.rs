//! Whether the window may close: the question to a host with guests, step by step.
//!
//! Promises: pure; with guests the person is asked once; a page that does not
//! take the question (it hangs, or has not loaded) cannot keep the window open.
//! Must not know: windows, clocks. The window does what the steps say.

/// Which question an answer or a deadline belongs to.
pub(crate) type QuestionNumber = u64;

/// What the window does about a wish to close.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CloseStep {
    /// Nobody is in the way, or the person has agreed.
    Close,
    /// Stay open and ask. Unless the page takes this question in time, close.
    Ask(QuestionNumber),
}

/// Where the question stands.
#[derive(Debug, Default)]
pub(crate) struct Closing {
    asked: QuestionNumber,
    state: State,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Asked,
    Taken,
    Agreed,
}

impl Closing {
    /// The person wants the window closed; `guests` others are connected.
    pub(crate) fn requested(&mut self, guests: usize) -> CloseStep {
        if guests == 0 || self.state == State::Agreed {
            self.state = State::Agreed;
            return CloseStep::Close;
        }
        self.asked += 1;
        self.state = State::Asked;
        CloseStep::Ask(self.asked)
    }

    /// The page shows the question: from now on only the person decides.
    pub(crate) fn taken(&mut self) {
        if self.state == State::Asked {
            self.state = State::Taken;
        }
    }

    /// The person answered. True when the window closes now; an answer that
    /// nobody asked for closes nothing.
    pub(crate) fn answered(&mut self, close: bool) -> bool {
        if !matches!(self.state, State::Asked | State::Taken) {
            return false;
        }
        self.state = if close { State::Agreed } else { State::Open };
        close
    }

    /// The time for the page to take question `number` is up. True when it has
    /// not, and the window closes without it.
    pub(crate) fn unanswered(&mut self, number: QuestionNumber) -> bool {
        let dead = self.state == State::Asked && self.asked == number;
        if dead {
            self.state = State::Agreed;
        }
        dead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_guests_it_closes_at_once() {
        assert_eq!(Closing::default().requested(0), CloseStep::Close);
    }

    #[test]
    fn with_guests_it_asks_and_yes_closes() {
        let mut closing = Closing::default();
        assert_eq!(closing.requested(2), CloseStep::Ask(1));
        closing.taken();
        assert!(closing.answered(true));
        assert_eq!(closing.requested(2), CloseStep::Close);
    }

    #[test]
    fn no_keeps_it_open_and_the_next_wish_asks_again() {
        let mut closing = Closing::default();
        closing.requested(2);
        closing.taken();
        assert!(!closing.answered(false));
        assert!(!closing.unanswered(1));
        assert_eq!(closing.requested(2), CloseStep::Ask(2));
    }

    #[test]
    fn a_page_that_does_not_take_the_question_cannot_hold_the_window() {
        let mut closing = Closing::default();
        closing.requested(1);
        assert!(closing.unanswered(1));
        assert_eq!(closing.requested(1), CloseStep::Close);
    }

    #[test]
    fn the_deadline_of_an_older_question_closes_nothing() {
        let mut closing = Closing::default();
        closing.requested(1);
        closing.requested(1);
        assert!(!closing.unanswered(1));
        assert!(closing.unanswered(2));
    }

    #[test]
    fn an_answer_that_nobody_asked_for_closes_nothing() {
        assert!(!Closing::default().answered(true));
    }
}
