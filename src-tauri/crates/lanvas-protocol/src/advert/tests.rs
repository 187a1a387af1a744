use super::*;
use proptest::prelude::*;

fn id(text: &str) -> SessionId {
    SessionId::new(text).expect("a well-formed id")
}

fn advert() -> Advert {
    Advert {
        id: id("k3f9x2ab"),
        title: "Friday sketches".to_owned(),
        host: "Ann".to_owned(),
        people: 3,
        password: false,
        port: 7420,
        fingerprint: None,
    }
}

fn sent(advert: &Advert) -> Vec<(String, Vec<u8>)> {
    advert
        .txt()
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.into_bytes()))
        .collect()
}

fn read(strings: &[(String, Vec<u8>)]) -> Result<HeardAdvert, AdvertFault> {
    read_txt(
        strings
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_slice())),
    )
}

fn on_the_wire(advert: &Advert) -> usize {
    advert
        .txt()
        .iter()
        .map(|(key, value)| 1 + key.len() + 1 + value.len())
        .sum()
}

#[test]
fn what_one_hub_says_another_understands() {
    let said = advert();
    let heard = read(&sent(&said)).expect("our own advert is well formed");
    assert_eq!(heard.id, said.id);
    assert_eq!(heard.host, "Ann");
    assert_eq!(heard.people, 3);
    assert!(heard.compatible && !heard.password);
    assert_eq!(
        title_in_instance_name(&said.instance_name(), &said.id),
        "Friday sketches"
    );
}

#[test]
fn with_tls_the_record_holds_the_certificates_fingerprint_too() {
    let own = Fingerprint::new(std::array::from_fn(|at| u8::try_from(at * 5).unwrap_or(0)));
    let said = Advert {
        fingerprint: Some(own),
        ..advert()
    };
    assert_eq!(read(&sent(&said)).expect("ours").fingerprint, Some(own));
    assert!(on_the_wire(&said) < TXT_TOTAL_MAX_BYTES);
    let longest = Advert {
        id: id(&"x".repeat(32)),
        host: "ü".repeat(64),
        people: u32::MAX,
        ..said
    };
    let heard = read(&sent(&longest)).expect("ours");
    assert_eq!(heard.fingerprint, Some(own));
    assert!(
        heard.host.len() > 30,
        "the name is cut to what is left: {}",
        heard.host
    );
    assert!(on_the_wire(&longest) < TXT_TOTAL_MAX_BYTES);
    let mut forged = sent(&longest);
    for (key, value) in &mut forged {
        if key == "fp" {
            value.pop();
        }
    }
    assert_eq!(read(&forged), Err(AdvertFault::Fingerprint));
}

#[test]
fn the_record_begins_with_its_version_and_holds_the_contract_keys_only() {
    let keys: Vec<_> = advert().txt().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["txtvers", "id", "v", "n", "pw", "path", "host"]);
}

#[test]
fn dots_and_backslashes_survive_without_needing_escapes() {
    let said = Advert {
        title: r"v1.2 \ plan".to_owned(),
        ..advert()
    };
    assert!(!said.instance_name().contains(['.', '\\']));
    assert_eq!(
        title_in_instance_name(&said.instance_name(), &said.id),
        r"v1.2 \ plan"
    );
}

#[test]
fn a_renamed_instance_keeps_its_title() {
    assert_eq!(
        title_in_instance_name("Board (k3f9) (2)", &id("k3f9x2ab")),
        "Board"
    );
}

#[test]
fn a_path_to_elsewhere_is_refused() {
    for path in [
        "/",
        "/s/other",
        "//evil.example/s/k3f9x2ab",
        "/s/k3f9x2ab/../x",
        "javascript:1",
    ] {
        let mut strings = sent(&advert());
        strings.retain(|(key, _)| key != "path");
        strings.push(("path".to_owned(), path.as_bytes().to_vec()));
        assert_eq!(read(&strings), Err(AdvertFault::Path), "{path}");
    }
}

#[test]
fn an_unknown_wire_version_is_listed_as_incompatible() {
    for (versions, expected) in [
        ("1", Ok(true)),
        ("2,1", Ok(true)),
        ("2", Ok(false)),
        ("", Err(AdvertFault::Version)),
    ] {
        let mut strings = sent(&advert());
        strings.retain(|(key, _)| key != "v");
        strings.push(("V".to_owned(), versions.as_bytes().to_vec()));
        assert_eq!(
            read(&strings).map(|heard| heard.compatible),
            expected,
            "{versions}"
        );
    }
}

#[test]
fn text_that_reorders_or_hides_its_surroundings_is_cleaned() {
    assert_eq!(
        plain_text("safe\u{202E}gpj.exe\u{0007}\n  two"),
        "safegpj.exe two"
    );
    assert_eq!(plain_text("👩\u{200D}🎨 team"), "👩\u{200D}🎨 team");
}

proptest! {
    #[test]
    fn every_advert_fits(name in "[A-Za-z0-9_-]{1,32}", title in any::<String>(), host in any::<String>(), people: u32) {
        let fingerprint = (people % 2 == 0).then(|| Fingerprint::new([0xa7; 32]));
        let advert = Advert { id: id(&name), title, host, people, fingerprint, ..advert() };
        prop_assert!(on_the_wire(&advert) < TXT_TOTAL_MAX_BYTES);
        prop_assert!(advert.instance_name().len() <= INSTANCE_NAME_MAX_BYTES);
        prop_assert!(read(&sent(&advert)).is_ok());
    }

    #[test]
    fn every_emoji_title_fits(title in "[🎨👩🏽‍🎨é한]{0,80}") {
        let advert = Advert { title, ..advert() };
        prop_assert!(advert.instance_name().len() <= INSTANCE_NAME_MAX_BYTES);
    }

    #[test]
    fn hostile_records_never_panic_and_never_grow(
        strings in prop::collection::vec((prop_oneof!["id|v|n|pw|host|path", "\\PC{0,20}"], prop::collection::vec(any::<u8>(), 0..255)), 0..20),
        instance in any::<String>(),
    ) {
        if let Ok(heard) = read(&strings) {
            prop_assert!(heard.host.len() <= HOST_MAX_BYTES);
            prop_assert!(!heard.host.chars().any(is_hostile));
            prop_assert!(heard.people <= PEOPLE_MAX);
        }
        let title = title_in_instance_name(&instance, &id("k3f9x2ab"));
        prop_assert!(title.len() <= INSTANCE_NAME_MAX_BYTES);
        prop_assert!(!title.chars().any(is_hostile));
    }

    #[test]
    fn a_well_formed_record_with_hostile_values_is_still_clean(host in any::<Vec<u8>>(), people in any::<Vec<u8>>()) {
        let mut strings = sent(&advert());
        strings.retain(|(key, _)| key != "host" && key != "n");
        strings.push(("host".to_owned(), host));
        strings.push(("n".to_owned(), people));
        let heard = read(&strings).expect("the keys that matter are fine");
        prop_assert!(heard.host.len() <= HOST_MAX_BYTES && heard.people <= PEOPLE_MAX);
    }
}
