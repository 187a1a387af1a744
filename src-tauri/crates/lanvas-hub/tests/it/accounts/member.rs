//! Somebody with an account, and what they ask of the hub.

use std::net::Ipv4Addr;

use lanvas_protocol::message::Hello;
use opaque_ke::ClientLogin;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
};

use super::password::{Suite, log_in, proof, record, register};
use crate::common::{TestHub, named};

/// An answer: status, and JSON if it was any.
pub(crate) type Answer = (u16, Value);

/// Where somebody is, and what they say there.
#[derive(Clone)]
pub(crate) struct Member<'a> {
    pub(crate) hub: &'a TestHub,
    /// They come from `127.0.0.x`.
    pub(crate) from: u8,
    pub(crate) name: &'a str,
    pub(crate) device: Option<String>,
}

/// What somebody has who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) token: String,
    pub(crate) device: Option<String>,
}

impl<'a> Member<'a> {
    pub(crate) fn new(hub: &'a TestHub, from: u8, name: &'a str) -> Self {
        let device = None;
        Self {
            hub,
            from,
            name,
            device,
        }
    }

    pub(crate) async fn sign_up(&self, password: &str) -> SignedIn {
        let answer = self.try_sign_up(password).await;
        assert_eq!(answer.0, 201, "{answer:?}");
        signed_in(&answer)
    }

    pub(crate) async fn try_sign_up(&self, password: &str) -> Answer {
        let (begun, request) = register(password);
        let said = json!({ "name": self.name, "request": request });
        let (status, answer) = self.post("sign-up/start", &said).await;
        if status != 200 {
            return (status, answer);
        }
        let record = record(begun, password, &answer);
        let said = json!({ "id": answer["id"], "record": record });
        self.post("sign-up/finish", &said).await
    }

    pub(crate) async fn sign_in(&self, password: &str) -> SignedIn {
        let answer = self
            .try_sign_in(password)
            .await
            .expect("the password is right");
        assert_eq!(answer.0, 200, "{answer:?}");
        signed_in(&answer)
    }

    /// None if the client sees that the password is wrong.
    pub(crate) async fn try_sign_in(&self, password: &str) -> Option<Answer> {
        let (begun, answer) = self.begin_sign_in(password).await;
        if answer.0 != 200 {
            return Some(answer);
        }
        let proof = proof(begun, password, &answer.1)?;
        let said = json!({ "id": answer.1["id"], "proof": proof });
        Some(self.post("sign-in/finish", &said).await)
    }

    pub(crate) async fn begin_sign_in(&self, password: &str) -> (ClientLogin<Suite>, Answer) {
        let (begun, request) = log_in(password);
        let said = json!({ "name": self.name, "request": request, "device": self.device });
        (begun, self.post("sign-in/start", &said).await)
    }

    /// None if the client sees that the password is wrong.
    pub(crate) async fn change_password(&self, old: &str, new: &str) -> Option<Answer> {
        let (begun, (_, answer)) = self.begin_sign_in(old).await;
        let proof = proof(begun, old, &answer)?;
        let (begun, request) = register(new);
        let said = json!({ "id": answer["id"], "proof": proof, "request": request });
        let (status, answer) = self.post("password/start", &said).await;
        assert_eq!(status, 200, "{answer}");
        let record = record(begun, new, &answer);
        let said = json!({ "id": answer["id"], "record": record });
        Some(self.post("password/finish", &said).await)
    }

    pub(crate) async fn sign_out(&self, signed_in: &SignedIn, everywhere: bool) -> u16 {
        let bearer = format!("Authorization: Bearer {}\r\n", signed_in.token);
        let said = json!({ "everywhere": everywhere }).to_string();
        self.request("POST", "sign-out", &bearer, &said).await.0
    }

    pub(crate) async fn me(&self, token: &str) -> Answer {
        let bearer = format!("Authorization: Bearer {token}\r\n");
        self.request("GET", "me", &bearer, "").await
    }

    pub(crate) async fn post(&self, path: &str, said: &Value) -> Answer {
        self.request("POST", path, "", &said.to_string()).await
    }

    pub(crate) async fn request(&self, method: &str, path: &str, head: &str, said: &str) -> Answer {
        let port = self.hub.hub.port();
        let socket = TcpSocket::new_v4().unwrap();
        socket
            .bind((Ipv4Addr::new(127, 0, 0, self.from), 0).into())
            .unwrap();
        let mut stream = socket
            .connect((Ipv4Addr::LOCALHOST, port).into())
            .await
            .unwrap();
        let path = format!("/api/accounts/{path}");
        let path = path.trim_end_matches('/');
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{head}Content-Length: {}\r\n\r\n{said}",
            said.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, serde_json::from_str(body).unwrap_or_default())
    }
}

/// The hello of somebody who is signed in.
pub(crate) fn by(signed_in: &SignedIn) -> Hello {
    Hello {
        account: Some(signed_in.token.clone()),
        ..named("whatever they say")
    }
}

fn signed_in((_, answer): &Answer) -> SignedIn {
    let text = |key: &str| answer[key].as_str().map(str::to_owned);
    SignedIn {
        token: text("token").unwrap(),
        device: text("device"),
    }
}
