//! The client's half of OPAQUE, by the library that the hub's half is of. The tests of `lanvas-server`
//! use this file, too.

use opaque_ke::{
    CipherSuite, ClientLogin, ClientLoginFinishParameters, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialResponse, Identifiers, RegistrationResponse,
    Ristretto255, TripleDh,
    ksf::Identity,
    rand::{CryptoRng, Error, RngCore},
};
use serde_json::Value;
use sha2_of_opaque::Sha512;

/// As the hub's, stretching nothing: that is between a client and its password.
pub(crate) struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = Identity;
}

const CONTEXT: &[u8] = b"Lanvas accounts v1";

/// For `sign-up/start` and `password/start`.
pub(crate) fn register(password: &str) -> (ClientRegistration<Suite>, String) {
    let begun = ClientRegistration::start(&mut Chance, password.as_bytes()).unwrap();
    (begun.state, hex(&begun.message.serialize()))
}

/// For `sign-in/start`.
pub(crate) fn log_in(password: &str) -> (ClientLogin<Suite>, String) {
    let begun = ClientLogin::start(&mut Chance, password.as_bytes()).unwrap();
    (begun.state, hex(&begun.message.serialize()))
}

pub(crate) fn record(state: ClientRegistration<Suite>, password: &str, answer: &Value) -> String {
    let response = RegistrationResponse::deserialize(&unhex(&answer["response"])).unwrap();
    let parameters = ClientRegistrationFinishParameters::default();
    let finished = state.finish(&mut Chance, password.as_bytes(), response, parameters);
    hex(&finished.unwrap().message.serialize())
}

/// None if the client sees that the password is wrong.
pub(crate) fn proof<S>(state: ClientLogin<S>, password: &str, answer: &Value) -> Option<String>
where
    S: CipherSuite<OprfCs = Ristretto255, KeyExchange = TripleDh<Ristretto255, Sha512>>,
{
    let response = CredentialResponse::deserialize(&unhex(&answer["response"])).unwrap();
    let identifiers = Identifiers::default();
    let parameters = ClientLoginFinishParameters::new(Some(CONTEXT), identifiers, None);
    let finished = state.finish(&mut Chance, password.as_bytes(), response, parameters);
    Some(hex(&finished.ok()?.message.serialize()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &Value) -> Vec<u8> {
    let digits = digits.as_str().unwrap();
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

/// The system's random bytes.
pub(crate) struct Chance;

impl CryptoRng for Chance {}

impl RngCore for Chance {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, into: &mut [u8]) {
        getrandom::fill(into).unwrap();
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(into);
        Ok(())
    }
}
