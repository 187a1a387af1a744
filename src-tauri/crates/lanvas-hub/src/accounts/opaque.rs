//! The hub's half of OPAQUE (RFC 9807): proves a password without seeing it.
//!
//! Ristretto255, SHA-512, 3DH; what stretches the password (argon2id) is done by the client
//! (`ui/src/sync/accounts`), but for one that the hub itself makes up ([`Keys::lend`]), where it is
//! both sides. All steps are functions of their arguments and of random bytes; each takes a fraction
//! of a millisecond, that one some tens. Must not know: names, addresses, files, how often one may try.

use argon2::{Algorithm, Argon2, Params, Version};
use opaque_ke::{
    CipherSuite, ClientRegistration, ClientRegistrationFinishParameters, CredentialFinalization,
    CredentialRequest, Identifiers, RegistrationRequest, RegistrationResponse, RegistrationUpload,
    Ristretto255, ServerLogin, ServerLoginParameters, ServerRegistration, ServerSetup, TripleDh,
    errors::InternalError,
    generic_array::{ArrayLength, GenericArray},
    ksf::{Identity, Ksf},
    rand::{CryptoRng, Error, RngCore},
};
use sha2_of_opaque::Sha512;

/// What both sides mix in: another use of the same keys proves nothing here.
pub(crate) const CONTEXT: &[u8] = b"Lanvas accounts v1";
/// Bytes of a kept record.
pub(crate) const RECORD_BYTES: usize = 192;

/// See the module. The stretching has no place at the hub.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = Identity;
}

/// The client's half, for a password that the hub makes up.
struct Stretched;

impl CipherSuite for Stretched {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = Argon;
}

/// As R85 says: argon2id, 19 MiB, 2 passes, one lane, a salt of 16 zeros.
#[derive(Default)]
struct Argon;

impl Ksf for Argon {
    fn hash<L: ArrayLength<u8>>(
        &self,
        input: GenericArray<u8, L>,
    ) -> Result<GenericArray<u8, L>, InternalError> {
        let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| InternalError::KsfError)?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut output = GenericArray::default();
        argon
            .hash_password_into(&input, &[0; 16], &mut output)
            .map_err(|_| InternalError::KsfError)?;
        Ok(output)
    }
}

/// The hub's own keys: who has them and the records can try passwords by themselves.
#[derive(Clone)]
pub(crate) struct Keys(ServerSetup<Suite>);

/// What the hub remembers between a client's two messages.
pub(crate) struct Expected(ServerLogin<Suite>);

/// The bytes are no message, or not one that proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unproved;

impl Keys {
    /// New ones.
    pub(crate) fn generate() -> Self {
        Self(ServerSetup::new(&mut Chance))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        ServerSetup::deserialize(bytes).ok().map(Self)
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.serialize().to_vec()
    }

    /// Answers who sets a password that will be known as `credential`.
    pub(crate) fn register(&self, request: &[u8], credential: &[u8]) -> Result<Vec<u8>, Unproved> {
        let request = RegistrationRequest::deserialize(request)?;
        let started = ServerRegistration::<Suite>::start(&self.0, request, credential)?;
        Ok(started.message.serialize().to_vec())
    }

    /// Answers who says they know the password of `record`. Without a record it answers alike.
    pub(crate) fn challenge(
        &self,
        request: &[u8],
        credential: &[u8],
        record: Option<&[u8]>,
    ) -> Result<(Vec<u8>, Expected), Unproved> {
        let request = CredentialRequest::deserialize(request)?;
        // A record is read either way, so that the answer takes as long.
        let decoy = self.decoy();
        let kept = ServerRegistration::deserialize(record.unwrap_or(&decoy))?;
        let kept = record.map(|_| kept);
        let started = ServerLogin::start(
            &mut Chance,
            &self.0,
            kept,
            request,
            credential,
            parameters(),
        )?;
        Ok((
            started.message.serialize().to_vec(),
            Expected(started.state),
        ))
    }
}

impl Keys {
    /// The record of a password that the hub made up, which will be known as `credential`.
    pub(crate) fn lend(&self, password: &str, credential: &[u8]) -> Result<Vec<u8>, Unproved> {
        let begun = ClientRegistration::<Stretched>::start(&mut Chance, password.as_bytes())?;
        let answer = self.register(&begun.message.serialize(), credential)?;
        let answer = RegistrationResponse::deserialize(&answer)?;
        let parameters = ClientRegistrationFinishParameters::default();
        let finished = begun
            .state
            .finish(&mut Chance, password.as_bytes(), answer, parameters)?;
        record(&finished.message.serialize())
    }

    /// Nobody's record, in the form of one.
    fn decoy(&self) -> Vec<u8> {
        let mut record = self.0.keypair().public().serialize().to_vec();
        record.resize(RECORD_BYTES, 0);
        record
    }
}

/// The record that a client's last message of setting a password is.
pub(crate) fn record(upload: &[u8]) -> Result<Vec<u8>, Unproved> {
    let upload = RegistrationUpload::<Suite>::deserialize(upload)?;
    Ok(ServerRegistration::finish(upload).serialize().to_vec())
}

impl Expected {
    /// Ends well if that proves the password. Compared in constant time.
    pub(crate) fn prove(self, proof: &[u8]) -> Result<(), Unproved> {
        let proof = CredentialFinalization::deserialize(proof)?;
        self.0.finish(proof, parameters())?;
        Ok(())
    }
}

fn parameters() -> ServerLoginParameters<'static, 'static> {
    ServerLoginParameters {
        context: Some(CONTEXT),
        identifiers: Identifiers::default(),
    }
}

impl<E> From<opaque_ke::errors::ProtocolError<E>> for Unproved {
    fn from(_: opaque_ke::errors::ProtocolError<E>) -> Self {
        Self
    }
}

/// The system's random bytes, as the library asks for them.
struct Chance;

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
        getrandom::fill(into).expect("a system that runs a hub has random bytes");
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(into);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use opaque_ke::{ClientLogin, ClientLoginFinishParameters, CredentialResponse};

    use super::*;

    #[test]
    fn a_password_that_the_hub_made_up_is_proved_like_any_other() {
        let keys = Keys::generate();
        let record = keys.lend("bcde-fghj", b"known so").unwrap();
        assert_eq!(record.len(), RECORD_BYTES);
        let proves = |password: &[u8]| {
            let begun = ClientLogin::<Stretched>::start(&mut Chance, password).unwrap();
            let request = begun.message.serialize();
            let (answer, expected) = keys
                .challenge(&request, b"known so", Some(&record))
                .unwrap();
            let answer = CredentialResponse::deserialize(&answer).unwrap();
            let parameters =
                ClientLoginFinishParameters::new(Some(CONTEXT), Identifiers::default(), None);
            let finished = begun
                .state
                .finish(&mut Chance, password, answer, parameters);
            finished.is_ok_and(|done| expected.prove(&done.message.serialize()).is_ok())
        };
        assert!(proves(b"bcde-fghj"));
        assert!(!proves(b"bcde-fghk"));
    }
}
