//! What a run tells: to a person, or as a number that is another for another run.

use std::{
    cell::RefCell,
    hash::{DefaultHasher, Hash, Hasher},
};

#[derive(Debug)]
pub(crate) enum Trace {
    Silent,
    Printed,
    /// Every line goes into a hash, in order.
    Hashed(RefCell<DefaultHasher>),
}

impl Trace {
    pub(crate) fn hashed() -> Self {
        Self::Hashed(RefCell::default())
    }

    pub(crate) fn say(&self, what: impl FnOnce() -> String) {
        match self {
            Self::Silent => {}
            Self::Printed => println!("{}", what()),
            Self::Hashed(hasher) => what().hash(&mut *hasher.borrow_mut()),
        }
    }

    /// The same for runs that told the same.
    pub(crate) fn digest(&self) -> u64 {
        match self {
            Self::Hashed(hasher) => hasher.borrow().finish(),
            Self::Silent | Self::Printed => 0,
        }
    }
}
