//! Signing in as a page does, with a password that the hub made up and stretched.

use argon2::Argon2;
use opaque_ke::{
    CipherSuite, ClientLogin, Ristretto255, TripleDh,
    errors::InternalError,
    generic_array::{ArrayLength, GenericArray},
    ksf::Ksf,
};
use serde_json::json;
use sha2_of_opaque::Sha512;

use super::{
    member::{Answer, Member},
    password::{Chance, hex, proof},
};

struct Stretching;

impl CipherSuite for Stretching {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = Argon;
}

#[derive(Default)]
struct Argon;

impl Ksf for Argon {
    fn hash<L: ArrayLength<u8>>(
        &self,
        input: GenericArray<u8, L>,
    ) -> Result<GenericArray<u8, L>, InternalError> {
        let mut output = GenericArray::default();
        Argon2::default()
            .hash_password_into(&input, &[0; 16], &mut output)
            .map_err(|_| InternalError::KsfError)?;
        Ok(output)
    }
}

pub(super) async fn sign_in(who: &Member<'_>, password: &str) -> Answer {
    let begun = ClientLogin::<Stretching>::start(&mut Chance, password.as_bytes()).unwrap();
    let request = hex(&begun.message.serialize());
    let said = json!({ "name": who.name, "request": request });
    let answer = who.post("sign-in/start", &said).await.1;
    let proof = proof(begun.state, password, &answer).expect("the password is right");
    let said = json!({ "id": answer["id"], "proof": proof });
    who.post("sign-in/finish", &said).await
}
