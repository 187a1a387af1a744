//! Pictures of a session: brought by who is in, kept once, handed out as pictures and no more.

use lanvas_protocol::{
    Encoding,
    limits::{BLOB_BYTES_MAX, BLOB_PIXELS_MAX},
    message::Hello,
};

use crate::common::{Answer, TestHub};

/// A picture by its first bytes; all of it is text, so that answers can be compared as such.
fn gif(width: u16, rest: &str) -> String {
    let width = String::from_utf8(width.to_le_bytes().to_vec()).unwrap();
    format!("GIF89a{width}\x01\0{rest}")
}

async fn bring(hub: &TestHub, secret: Option<&str>, file: &str) -> Answer {
    let mut head = format!(
        "POST /api/sessions/{}/blobs HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: {}\r\n",
        hub.session,
        hub.hub.port(),
        file.len()
    );
    if let Some(secret) = secret {
        head += &format!("Authorization: Bearer {secret}\r\n");
    }
    hub.request(&(head + "\r\n" + file)).await
}

#[tokio::test]
async fn a_picture_is_kept_once_by_its_bytes_and_survives_the_hub() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = hub.join("Ann").await;
    let secret = ann.welcome().resume.clone();
    let file = gif(7, &"x".repeat(700_000));
    let first = bring(&hub, Some(&secret), &file).await;
    assert_eq!(first.status(), 201, "{}", first.head());
    let said = first.json();
    assert_eq!(
        (&said["type"], &said["width"]),
        (&"image/gif".into(), &7.into())
    );
    let again = bring(&hub, Some(&secret), &file).await;
    assert_eq!(
        (again.status(), &again.json()["blob"]),
        (200, &said["blob"])
    );

    let path = format!(
        "/api/sessions/{{id}}/blobs/{}",
        said["blob"].as_str().unwrap()
    );
    drop(ann);
    hub.hub.shutdown().await.unwrap();
    let hub = TestHub::start(folder.path()).await;
    let got = hub.get(&path, &[]).await;
    assert_eq!(got.status(), 200);
    assert!(got.body() == file, "every byte");
    for header in [
        "content-type: image/gif",
        "x-content-type-options: nosniff",
        "content-security-policy: default-src 'none'; sandbox",
        "immutable",
    ] {
        assert!(got.head().contains(header), "{header}: {}", got.head());
    }
    for missing in ["a5", &"a5".repeat(32)] {
        let answer = hub
            .get(&format!("/api/sessions/{{id}}/blobs/{missing}"), &[])
            .await;
        assert_eq!(answer.json()["code"], "blob_not_found");
    }
}

#[tokio::test]
async fn only_who_is_in_brings_one_and_only_pictures_of_a_size_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = hub.join("Ann").await;
    let secret = ann.welcome().resume.clone();
    for stranger in [None, Some("00112233445566778899aabbccddeeff")] {
        let answer = bring(&hub, stranger, &gif(1, "")).await;
        assert_eq!(
            (answer.status(), answer.json()["code"].as_str()),
            (401, Some("join_first"))
        );
    }
    for (file, code) in [
        (
            "<svg xmlns='http://www.w3.org/2000/svg'/>".to_owned(),
            "not_a_picture",
        ),
        (String::new(), "picture_damaged"),
        ("GIF89a".to_owned(), "picture_damaged"),
        ("RIFF....WEBPVP8 ".to_owned(), "picture_damaged"),
        ("RIFF....WAVEfmt ".to_owned(), "not_a_picture"),
        ("\x7fELF".to_owned(), "not_a_picture"),
        (gif(1, &" ".repeat(BLOB_BYTES_MAX)), "file_too_large"),
    ] {
        let answer = bring(&hub, Some(&secret), &file).await;
        assert_eq!(answer.json()["code"], code);
    }
    let huge = "GIF89a\x50\x50\x50\x50";
    let size = u64::from(0x5050_u16).pow(2);
    assert!(size > BLOB_PIXELS_MAX);
    let answer = bring(&hub, Some(&secret), huge).await;
    assert_eq!(answer.json()["code"], "picture_too_large");
}

#[tokio::test]
async fn behind_a_password_a_picture_needs_the_secret() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start_with(folder.path(), |config| {
        config.password = Some("open sesame".to_owned());
    })
    .await;
    let mut ann = hub.connect(Encoding::Binary).await;
    ann.hello(Hello {
        name: "Ann".to_owned(),
        password: Some("open sesame".to_owned()),
        ..Hello::default()
    })
    .await;
    let secret = ann.welcome().resume.clone();
    let said = bring(&hub, Some(&secret), &gif(1, "")).await.json();
    let path = format!(
        "/api/sessions/{{id}}/blobs/{}",
        said["blob"].as_str().unwrap()
    );
    assert_eq!(hub.get(&path, &[]).await.status(), 401);
    let bearer = format!("Bearer {secret}");
    let got = hub.get(&path, &[("Authorization", &bearer)]).await;
    assert_eq!(got.status(), 200);
}
