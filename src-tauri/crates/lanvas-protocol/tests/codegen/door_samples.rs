//! One of each message about the door.

use lanvas_protocol::{
    ClientMessage, ServerMessage,
    door::{Device, DoorAct, Entry, Invite, Knock, MadeInvite},
    message::{Hello, Role},
};

pub(crate) fn client_messages() -> Vec<(&'static str, ClientMessage)> {
    let invited = Hello {
        name: "Bo".to_owned(),
        invite: Some("0123456789abcdef0123456789abcdef".to_owned()),
        device: Device::Phone,
        ..Hello::default()
    };
    let mut all = vec![("hello_invited", ClientMessage::Hello(Box::new(invited)))];
    let acts = [
        (
            "set_entry",
            DoorAct::SetEntry {
                entry: Entry::Password,
                password: Some("open sesame".to_owned()),
            },
        ),
        (
            "make_invite",
            DoorAct::MakeInvite {
                role: Role::Editor,
                lasts_s: Some(3_600),
                uses_max: Some(1),
            },
        ),
        ("end_invite", DoorAct::EndInvite { invite: 2 }),
        (
            "let_in",
            DoorAct::AnswerKnock {
                knock: 3,
                role: Some(Role::Editor),
            },
        ),
        (
            "turn_away",
            DoorAct::AnswerKnock {
                knock: 3,
                role: None,
            },
        ),
        ("renew_codes", DoorAct::RenewCodes { all_leave: true }),
    ];
    let acts = acts.map(|(name, act)| (name, ClientMessage::KeepDoor { act }));
    all.extend(acts);
    all
}

pub(crate) fn server_messages() -> Vec<(&'static str, ServerMessage)> {
    let knock = Knock {
        id: 3,
        name: "Bo".to_owned(),
        device: Device::Phone,
        address: "192.168.1.20".to_owned(),
        since_ms: 1_790_000_000_000,
    };
    let invite = Invite {
        id: 2,
        role: Role::Editor,
        made_ms: 1_790_000_000_000,
        expires_ms: Some(1_790_003_600_000),
        uses: 0,
        uses_max: Some(1),
    };
    let made = MadeInvite {
        id: 2,
        token: "0123456789abcdef0123456789abcdef".to_owned(),
    };
    vec![
        (
            "kept_waiting",
            ServerMessage::KeptWaiting {
                timeout_s: 300,
                attended: true,
            },
        ),
        (
            "knocks_changed",
            ServerMessage::KnocksChanged {
                knocks: vec![knock],
            },
        ),
        (
            "door_changed",
            ServerMessage::DoorChanged {
                entry: Entry::Knock,
                invites: Vec::new(),
            },
        ),
        (
            "door_changed_for_the_host",
            ServerMessage::DoorChanged {
                entry: Entry::Invited,
                invites: vec![invite],
            },
        ),
        (
            "codes_made",
            ServerMessage::CodesMade {
                invite: Some(made),
                password: Some("kmwp-7h2x".to_owned()),
            },
        ),
    ]
}
