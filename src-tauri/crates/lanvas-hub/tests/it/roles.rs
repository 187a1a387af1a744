//! Roles and order in the room, rules R72 to R80, on the session's core alone: who is told what, and
//! what is left after a restart.

pub(crate) mod room;
mod table;

use lanvas_protocol::{
    ErrorCode, Operation, Remainder, ServerMessage, ShapeBody, ShapeChange, ShapeId, TextChange,
    TextChanges,
    audit::Deed,
    chat::Post,
    limits::{AUDIT_ENTRIES_MAX, BAN_S_MAX},
    message::Presence,
    roles::{Role, RulesChange},
};

use self::room::{Room, at, ink, mute, remove, rules, set_role, shape};

/// One of every kind, each of which an editor may.
fn everything() -> Vec<(&'static str, Operation, ErrorCode)> {
    let moved = ShapeChange {
        x: Some(5.0),
        ..ShapeChange::of(shape("first").id)
    };
    let inserted = TextChange::Replace {
        deleted: 0,
        inserted: "Hello".to_owned(),
    };
    let edit = Operation::EditNotes {
        base: 0,
        changes: TextChanges(vec![inserted]),
    };
    let low = ErrorCode::RoleTooLow;
    vec![
        (
            "add",
            Operation::AddShapes {
                shapes: vec![shape("new")],
            },
            low,
        ),
        (
            "update",
            Operation::UpdateShapes {
                changes: vec![moved],
            },
            low,
        ),
        ("remove", remove("first"), low),
        ("edit notes", edit, low),
        ("post", Operation::PostMessage(Post::from("Hello")), low),
        (
            "react",
            Operation::React {
                message: 2,
                emoji: "👍".to_owned(),
                on: true,
            },
            low,
        ),
    ]
}

/// Somebody of each role, a shape and a message.
fn room() -> Room {
    let mut room = Room::new();
    room.host("Ann");
    room.join("Mo");
    room.join("Eve");
    room.join("Vi");
    room.submit(
        "Ann",
        Operation::AddShapes {
            shapes: vec![shape("first")],
        },
    )
    .unwrap();
    room.submit("Ann", Operation::PostMessage(Post::from("Welcome")))
        .unwrap();
    let moderator = set_role(room.id("Mo"), Role::Moderator);
    room.submit("Ann", moderator).unwrap();
    let viewer = set_role(room.id("Vi"), Role::Viewer);
    room.submit("Ann", viewer).unwrap();
    room
}

/// R72: for every kind, a viewer is refused with the code that says why, and nothing changes.
#[test]
fn a_viewer_changes_nothing() {
    let mut room = room();
    let before = room.digest();
    for (kind, operation, code) in everything() {
        assert_eq!(room.submit("Vi", operation.clone()), Err(code), "{kind}");
        assert_eq!(room.digest(), before, "{kind}");
    }
    for (kind, operation, _) in everything() {
        assert_eq!(room.submit("Eve", operation), Ok(()), "{kind}");
    }
}

/// R72: what only moderators and the host may is forbidden to all below.
#[test]
fn only_moderators_and_the_host_keep_order() {
    let mut room = room();
    let eve = room.id("Eve");
    let deeds = [
        set_role(eve, Role::Viewer),
        Operation::LowerEveryone { role: Role::Viewer },
        rules(|it| it.board_locked = Some(true)),
        mute(eve, true),
        Operation::Remove {
            participant: eve,
            seconds: 0,
            address: false,
        },
        Operation::LiftBan { participant: eve },
        Operation::NoteUndone {
            participant: eve,
            since_ms: 0,
            shapes: 1,
        },
        Operation::SetSlowMode { seconds: 5 },
        Operation::DeleteMessage { message: 2 },
    ];
    let before = room.digest();
    for deed in deeds {
        for person in ["Eve", "Vi"] {
            let refused = room.submit(person, deed.clone());
            let low = matches!(deed, Operation::DeleteMessage { .. }) && person == "Vi";
            let code = if low {
                ErrorCode::RoleTooLow
            } else {
                ErrorCode::Forbidden
            };
            assert_eq!(refused, Err(code), "{person} {deed:?}");
        }
    }
    assert_eq!(room.digest(), before);
    let title = Operation::SetTitle {
        title: "Mine".to_owned(),
    };
    assert_eq!(room.submit("Mo", title.clone()), Err(ErrorCode::Forbidden));
    assert_eq!(room.submit("Ann", title), Ok(()));
    let vi = room.id("Vi");
    assert_eq!(
        room.submit("Mo", set_role(vi, Role::Moderator)),
        Err(ErrorCode::Forbidden)
    );
    assert_eq!(room.submit("Mo", set_role(vi, Role::Editor)), Ok(()));
    assert_eq!(
        room.submit("Mo", Operation::DeleteMessage { message: 2 }),
        Ok(())
    );
}

/// R72: an operation that was on its way while the role was lowered is refused, and the next too;
/// one numbered before stands.
#[test]
fn a_role_counts_from_the_next_operation_on() {
    let mut room = room();
    let eve = room.id("Eve");
    let draw = |id| Operation::AddShapes {
        shapes: vec![shape(id)],
    };
    assert_eq!(room.submit("Eve", draw("before")), Ok(()));
    assert_eq!(room.submit("Ann", set_role(eve, Role::Viewer)), Ok(()));
    assert_eq!(room.submit("Eve", draw("late")), Err(ErrorCode::RoleTooLow));
    assert_eq!(room.submit("Ann", set_role(eve, Role::Editor)), Ok(()));
    assert_eq!(room.submit("Eve", draw("again")), Ok(()));
    assert_eq!(room.shapes(), ["again", "before", "first"]);
}

/// R73
#[test]
fn who_was_given_no_role_is_what_everyone_is() {
    let mut room = room();
    assert_eq!(room.role("Eve"), Role::Editor);
    room.submit("Mo", Operation::LowerEveryone { role: Role::Viewer })
        .unwrap();
    room.join("Late");
    let roles = ["Ann", "Mo", "Eve", "Vi", "Late"].map(|person| room.role(person));
    let (host, moderator, viewer) = (Role::Host, Role::Moderator, Role::Viewer);
    assert_eq!(roles, [host, moderator, viewer, viewer, viewer]);
    let eve = room.id("Eve");
    room.submit("Ann", set_role(eve, Role::Editor)).unwrap();
    assert_eq!(room.role("Eve"), Role::Editor);
    room.submit("Ann", rules(|it| it.everyone = Some(Role::Editor)))
        .unwrap();
    assert_eq!(room.role("Late"), Role::Editor);
    assert_eq!(room.role("Vi"), Role::Viewer, "it was given to them");
}

/// R73: what was given survives a restart, by the log and by a snapshot of the state.
#[test]
fn roles_rules_and_bans_survive_a_restart() {
    let mut room = room();
    room.submit("Ann", rules(|it| it.chat_locked = Some(true)))
        .unwrap();
    let eve = room.id("Eve");
    room.submit("Mo", mute(eve, true)).unwrap();
    let vi = room.id("Vi");
    room.submit(
        "Mo",
        Operation::Remove {
            participant: vi,
            seconds: 60,
            address: false,
        },
    )
    .unwrap();
    for with_snapshot in [false, true] {
        room.restart(with_snapshot);
        room.host("Ann");
        assert_eq!(
            room.try_join("Vi"),
            Err(ErrorCode::Banned),
            "{with_snapshot}"
        );
        room.join("Mo");
        room.join("Eve");
        assert_eq!(room.role("Mo"), Role::Moderator, "{with_snapshot}");
        assert!(room.person("Eve").muted, "{with_snapshot}");
        let said = room.submit("Eve", Operation::PostMessage(Post::from("x")));
        assert_eq!(said, Err(ErrorCode::Muted));
        assert_eq!(room.session().audit().len(), 5, "{with_snapshot}");
        assert!(room.rules().chat_locked);
    }
    room.pass_ms(60_000);
    assert_eq!(room.try_join("Vi"), Ok(()));
}

/// R74: what is left to anyone, and what is locked.
#[test]
fn rules_leave_things_to_anyone_and_locks_take_them_back() {
    let mut room = room();
    let open = rules(|it| {
        (it.draw, it.write, it.talk) = (Some(Role::Viewer), Some(Role::Viewer), Some(Role::Viewer));
    });
    room.submit("Mo", open).unwrap();
    for (kind, operation, _) in everything() {
        assert_eq!(room.submit("Vi", operation), Ok(()), "{kind}");
    }
    let locked = rules(|it| {
        (it.board_locked, it.notes_locked, it.chat_locked) = (Some(true), Some(true), Some(true));
    });
    room.submit("Mo", locked).unwrap();
    let before = room.digest();
    for (kind, operation, _) in everything() {
        let code = match &operation {
            Operation::EditNotes { .. } => ErrorCode::NotesLocked,
            Operation::PostMessage(_) | Operation::React { .. } => ErrorCode::ChatLocked,
            _ => ErrorCode::BoardLocked,
        };
        for person in ["Vi", "Eve"] {
            assert_eq!(room.submit(person, operation.clone()), Err(code), "{kind}");
        }
    }
    assert_eq!(room.digest(), before);
    let said = Operation::PostMessage(Post::from("Quiet, please"));
    assert_eq!(room.submit("Mo", said), Ok(()));
    let nothing = Operation::SetRules {
        rules: RulesChange::default(),
    };
    assert_eq!(
        room.submit("Ann", nothing),
        Err(ErrorCode::InvalidOperation)
    );
    let too_high = rules(|it| it.talk = Some(Role::Moderator));
    assert_eq!(
        room.submit("Ann", too_high),
        Err(ErrorCode::InvalidOperation)
    );
}

/// R75
#[test]
fn nobody_touches_who_stands_as_high() {
    let mut room = room();
    room.join("Mia");
    let [ann, mo, mia] = ["Ann", "Mo", "Mia"].map(|person| room.id(person));
    room.submit("Ann", set_role(mia, Role::Moderator)).unwrap();
    for other in [ann, mia] {
        for deed in [
            set_role(other, Role::Viewer),
            mute(other, true),
            Operation::Remove {
                participant: other,
                seconds: 9,
                address: true,
            },
        ] {
            assert_eq!(room.submit("Mo", deed), Err(ErrorCode::Forbidden));
        }
    }
    let nobody = lanvas_protocol::ParticipantId(999);
    let deed = set_role(nobody, Role::Viewer);
    assert_eq!(room.submit("Mo", deed), Err(ErrorCode::ParticipantNotFound));
    assert_eq!(
        room.submit("Ann", set_role(mo, Role::Host)),
        Err(ErrorCode::Forbidden)
    );
    assert_eq!(
        room.submit("Mo", set_role(mo, Role::Editor)),
        Ok(()),
        "who steps down"
    );
    assert_eq!(
        room.submit("Mo", set_role(mo, Role::Moderator)),
        Err(ErrorCode::Forbidden)
    );
}

/// R75
#[test]
fn who_is_muted_reaches_nobody_by_words_or_by_a_name() {
    let mut room = room();
    let eve = room.id("Eve");
    room.submit("Mo", mute(eve, true)).unwrap();
    let said = Operation::PostMessage(Post::from("!"));
    assert_eq!(room.submit("Eve", said), Err(ErrorCode::Muted));
    assert_eq!(
        room.rename("Eve", "You are all fools"),
        Err(ErrorCode::Muted)
    );
    room.leave("Eve");
    room.join_as("Eve", "You are all fools");
    assert_eq!(room.person("Eve").name, "Eve");
    let draw = Operation::AddShapes {
        shapes: vec![shape("fine")],
    };
    assert_eq!(
        room.submit("Eve", draw),
        Ok(()),
        "the board is another thing"
    );
    room.submit("Mo", mute(eve, false)).unwrap();
    assert_eq!(room.rename("Eve", "Eva"), Ok(()));
}

/// R75: nobody stands above the host, also when the hub began again and they were not yet back.
#[test]
fn a_host_who_was_muted_while_away_has_their_voice() {
    let mut room = room();
    let ann = room.id("Ann");
    room.restart(false);
    room.join("Mo");
    let mute = mute(ann, true);
    room.submit("Mo", mute).unwrap();
    room.host("Ann");
    assert!(!room.person("Ann").muted, "they are told so, too");
    let said = Operation::PostMessage(Post::from("Hello"));
    assert_eq!(room.submit("Ann", said.clone()), Ok(()));
    assert_eq!(room.rename("Ann", "Anna"), Ok(()));
    room.leave("Ann");
    room.join("Ann");
    assert_eq!(room.id("Ann"), ann);
    let refused = room.submit("Ann", said);
    assert_eq!(refused, Err(ErrorCode::Muted), "without the token");
}

/// R76
#[test]
fn a_sealed_shape_is_for_moderators() {
    let mut room = room();
    let seal = |sealed| Operation::UpdateShapes {
        changes: vec![ShapeChange {
            sealed: Some(sealed),
            ..ShapeChange::of(shape("first").id)
        }],
    };
    assert_eq!(room.submit("Eve", seal(true)), Err(ErrorCode::Forbidden));
    assert_eq!(room.submit("Mo", seal(true)), Ok(()));
    let before = room.digest();
    let moved = ShapeChange {
        x: Some(1.0),
        ..ShapeChange::of(shape("first").id)
    };
    let update = Operation::UpdateShapes {
        changes: vec![moved],
    };
    assert_eq!(
        room.submit("Eve", update.clone()),
        Err(ErrorCode::ShapeSealed)
    );
    assert_eq!(
        room.submit("Eve", remove("first")),
        Err(ErrorCode::ShapeSealed)
    );
    assert_eq!(room.submit("Eve", seal(false)), Err(ErrorCode::Forbidden));
    assert_eq!(room.digest(), before);
    let mut posing = shape("posing");
    posing.sealed = true;
    room.submit(
        "Eve",
        Operation::AddShapes {
            shapes: vec![posing],
        },
    )
    .unwrap();
    assert_eq!(room.submit("Eve", remove("posing")), Ok(()), "it never was");
    assert_eq!(room.submit("Mo", update), Ok(()));
    assert_eq!(room.submit("Mo", seal(false)), Ok(()));
    assert_eq!(room.submit("Eve", remove("first")), Ok(()));
}

/// R77
#[test]
fn who_is_sent_out_is_told_why_and_for_how_long() {
    let mut room = room();
    let (eve, vi) = (room.id("Eve"), room.id("Vi"));
    room.submit(
        "Mo",
        Operation::Remove {
            participant: eve,
            seconds: 0,
            address: false,
        },
    )
    .unwrap();
    assert_eq!(room.ended("Eve"), Some((ErrorCode::Removed, None)));
    assert_eq!(room.try_join("Eve"), Ok(()), "they may come back");
    room.submit(
        "Mo",
        Operation::Remove {
            participant: vi,
            seconds: 60,
            address: true,
        },
    )
    .unwrap();
    assert_eq!(room.ended("Vi"), Some((ErrorCode::Banned, Some(60_000))));
    room.pass_ms(59_000);
    assert_eq!(room.try_join("Vi"), Err(ErrorCode::Banned));
    assert_eq!(room.ended("Vi"), Some((ErrorCode::Banned, Some(1_000))));
    assert_eq!(
        room.try_join_from("Somebody", 4),
        Err(ErrorCode::Banned),
        "from Vi's place"
    );
    assert_eq!(room.try_join_from("Somebody", 9), Ok(()), "from elsewhere");
    room.try_host_from("Ann", 4).unwrap();
    assert_eq!(room.kept_out(), ["Vi"]);
    room.submit("Mo", Operation::LiftBan { participant: vi })
        .unwrap();
    assert_eq!(room.try_join("Vi"), Ok(()));
    assert!(room.kept_out().is_empty());
}

/// R77: at the edge and past it.
#[test]
fn nobody_is_kept_out_for_longer_than_thirty_days() {
    let mut room = room();
    let vi = room.id("Vi");
    for seconds in [BAN_S_MAX, u32::MAX] {
        room.submit(
            "Ann",
            Operation::Remove {
                participant: vi,
                seconds,
                address: false,
            },
        )
        .unwrap();
        let longest_ms = u64::from(BAN_S_MAX) * 1_000;
        assert_eq!(room.left_ms("Vi"), longest_ms);
    }
}

/// R78
#[test]
fn what_is_wet_or_shown_ends_with_the_right_to_it() {
    let mut room = room();
    room.say("Eve", ink("wet", 0));
    room.say("Eve", at(5.0));
    let eve = room.id("Eve");
    room.submit("Ann", set_role(eve, Role::Viewer)).unwrap();
    let told = room.told("Ann");
    assert!(
        told.iter()
            .any(|it| matches!(it, ServerMessage::InkCancelled { author, .. } if *author == eve))
    );
    let blank = Presence::default();
    assert!(told.iter().any(|it| matches!(it,
        ServerMessage::PresenceShown { participant, presence } if *participant == eve && *presence == blank)));
    room.say("Eve", ink("more", 0));
    room.say("Eve", ink("more", 1));
    room.say("Eve", at(6.0));
    let refusals = room
        .told("Eve")
        .iter()
        .filter(|it| {
            matches!(
                it,
                ServerMessage::Refused {
                    seq: None,
                    code: ErrorCode::RoleTooLow,
                    ..
                }
            )
        })
        .count();
    assert_eq!(refusals, 1, "the first of a stroke");
    let told = room.told("Ann");
    assert!(told.is_empty(), "{told:?}");
}

/// R74: hidden pointers, also of who shows one now.
#[test]
fn pointers_are_hidden_but_those_of_moderators() {
    let mut room = room();
    room.say("Eve", at(5.0));
    room.told("Vi");
    room.submit("Mo", rules(|it| it.pointers_hidden = Some(true)))
        .unwrap();
    room.say("Eve", at(6.0));
    room.say("Mo", at(7.0));
    let (eve, mo) = (room.id("Eve"), room.id("Mo"));
    let mut shown = room.told("Vi").into_iter().filter_map(|it| match it {
        ServerMessage::PresenceShown {
            participant,
            presence,
        } => Some((participant, presence.cursor.map(|at| at.x))),
        _ => None,
    });
    assert_eq!(shown.next(), Some((eve, None)));
    assert_eq!(shown.next(), Some((mo, Some(7.0))));
    assert_eq!(shown.next(), None);
}

/// R79: the roster follows, in one message however many it is.
#[test]
fn all_are_told_who_is_what_now() {
    let mut room = room();
    let eve = room.id("Eve");
    room.told("Vi");
    room.submit("Mo", set_role(eve, Role::Viewer)).unwrap();
    let one = |told: Vec<ServerMessage>| {
        told.iter()
            .filter(|it| matches!(it, ServerMessage::ParticipantChanged { .. }))
            .count()
    };
    assert_eq!(one(room.told("Vi")), 1);
    room.submit("Mo", rules(|it| it.draw = Some(Role::Viewer)))
        .unwrap();
    assert_eq!(one(room.told("Vi")), 0, "nobody is another now");
    room.join("Late");
    room.submit("Ann", set_role(eve, Role::Editor)).unwrap();
    room.told("Vi");
    room.submit("Mo", Operation::LowerEveryone { role: Role::Viewer })
        .unwrap();
    let told = room.told("Vi");
    let people = told.iter().find_map(|it| match it {
        ServerMessage::PeopleChanged { people } => Some(people.len()),
        _ => None,
    });
    assert_eq!(people, Some(5));
}

/// R79: at the edge and past it; by whom and to whom, under the names they had.
#[test]
fn the_host_can_read_who_did_what_to_whom() {
    let mut room = room();
    let eve = room.id("Eve");
    room.submit("Mo", mute(eve, true)).unwrap();
    let latest = room.session().audit().remove(0);
    assert_eq!(latest.deed, Deed::Muted { muted: true });
    assert_eq!(latest.by.as_ref().unwrap().name, "Mo");
    assert_eq!(latest.to.as_ref().unwrap().name, "Eve");
    room.submit("Eve", remove("first")).unwrap();
    assert_eq!(
        room.session().audit()[0],
        latest,
        "drawing is not on the list"
    );
    for turn in 0..AUDIT_ENTRIES_MAX {
        let muted = turn % 2 == 1;
        room.submit("Mo", mute(eve, muted)).unwrap();
    }
    assert_eq!(room.session().audit().len(), AUDIT_ENTRIES_MAX);
    room.restart(false);
    assert_eq!(room.session().audit().len(), AUDIT_ENTRIES_MAX);
}

/// R80
#[test]
fn a_shape_knows_when_it_was_added() {
    let mut room = room();
    room.pass_ms(5_000);
    let mut forged = shape("forged");
    forged.added_ms = 17;
    let now_ms = room.now_ms();
    room.submit(
        "Eve",
        Operation::AddShapes {
            shapes: vec![forged],
        },
    )
    .unwrap();
    assert_eq!(room.shape("forged").added_ms, now_ms);
    let gone = room.shape("forged");
    room.submit("Eve", remove("forged")).unwrap();
    room.pass_ms(5_000);
    room.submit("Eve", Operation::AddShapes { shapes: vec![gone] })
        .unwrap();
    assert_eq!(
        room.shape("forged").added_ms,
        now_ms,
        "it is the same again"
    );
    let mut of_the_future = room.shape("forged");
    of_the_future.added_ms = u64::MAX;
    room.submit("Eve", remove("forged")).unwrap();
    let shapes = vec![of_the_future];
    room.submit("Eve", Operation::AddShapes { shapes }).unwrap();
    assert_eq!(room.shape("forged").added_ms, room.now_ms());
}

/// R27: a piece's id is one that nobody has, not even one that goes in the same step.
#[test]
fn a_piece_does_not_take_the_name_of_what_goes() {
    let mut room = room();
    let shapes = vec![shape("cut"), shape("gone")];
    room.submit("Eve", Operation::AddShapes { shapes }).unwrap();
    room.submit("Eve", remove("gone")).unwrap();
    let id = |id: &str| ShapeId::new(id).unwrap();
    let ShapeBody::Stroke { points, .. } = shape("cut").body else {
        panic!("it can be cut")
    };
    let cut = |piece: &str| Operation::RemoveShapes {
        ids: vec![id("cut"), id("gone")],
        left: vec![Remainder {
            of: id("cut"),
            id: id(piece),
            points: points.clone(),
        }],
    };
    let refused = Err(ErrorCode::InvalidOperation);
    assert_eq!(room.submit("Eve", cut("cut")), refused);
    assert_eq!(room.submit("Eve", cut("gone")), refused);
    room.submit("Eve", cut("piece")).unwrap();
    assert_eq!(room.shapes(), ["first", "piece"]);
}

/// R27: nor one of somebody else's thing that is gone, which would come back as not theirs.
#[test]
fn a_piece_does_not_take_the_name_of_what_was_anothers() {
    let mut room = room();
    let id = |id: &str| ShapeId::new(id).unwrap();
    let ShapeBody::Stroke { points, .. } = shape("cut").body else {
        panic!("it can be cut")
    };
    let add = |name: &str| Operation::AddShapes {
        shapes: vec![shape(name)],
    };
    let cut_to = |piece: &str| Operation::RemoveShapes {
        ids: vec![id("cut")],
        left: vec![Remainder {
            of: id("cut"),
            id: id(piece),
            points: points.clone(),
        }],
    };
    room.submit("Ann", add("anns")).unwrap();
    room.submit("Ann", remove("anns")).unwrap();
    room.submit("Eve", add("cut")).unwrap();
    let refused = Err(ErrorCode::ShapeExists);
    assert_eq!(room.submit("Eve", cut_to("anns")), refused);
    // Her own piece again, as when she undoes a cut and does it again.
    room.submit("Eve", cut_to("piece")).unwrap();
    room.submit("Eve", remove("piece")).unwrap();
    room.submit("Eve", add("cut")).unwrap();
    room.submit("Eve", cut_to("piece")).unwrap();
    assert_eq!(room.shapes(), ["first", "piece"]);
}
