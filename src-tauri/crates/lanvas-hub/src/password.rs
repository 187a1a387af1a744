//! Passwords as they are kept: argon2id with the parameters that OWASP asks for at least (19 MiB,
//! two passes, one lane), a salt of 16 random bytes each.
//!
//! Both functions take tens of milliseconds: never in a step of a session, never on a thread that
//! serves sockets, and only so many at once ([`crate::limits::PASSWORDS_AT_ONCE`]).

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// How what is kept begins: another cost than ours is not spent, whatever a file says.
const FORM: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("these are within its bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The kept form: it says its own parameters and salt.
///
/// # Errors
/// When the system has no random bytes.
pub fn hash(password: &str) -> Result<String, password_hash::Error> {
    let hashed = argon2().hash_password(password.as_bytes())?;
    Ok(hashed.to_string())
}

/// Whether it is the password that was kept so. What is kept in another form is no password's.
#[must_use]
pub fn verify(password: &str, kept: &str) -> bool {
    kept.starts_with(FORM)
        && PasswordHash::new(kept)
            .is_ok_and(|kept| argon2().verify_password(password.as_bytes(), &kept).is_ok())
}

/// [`verify`], when it is its turn and off the threads that serve. Wrong when the hub ends.
pub(crate) async fn check(turns: &Semaphore, password: String, kept: Arc<str>) -> bool {
    let Ok(_turn) = turns.acquire().await else {
        return false;
    };
    let verified = spawn_blocking(move || verify(&password, &kept)).await;
    verified.unwrap_or(false)
}

/// [`hash`], likewise; none when there are no random bytes or the hub ends.
pub(crate) async fn make(turns: &Semaphore, password: Arc<str>) -> Option<String> {
    let _turn = turns.acquire().await.ok()?;
    spawn_blocking(move || hash(&password)).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_by_the_parameters_that_are_asked_for() {
        let kept = hash("open sesame").unwrap();
        assert!(kept.starts_with(FORM), "{kept}");
        assert_ne!(kept, hash("open sesame").unwrap(), "each has its own salt");
        assert!(verify("open sesame", &kept));
        assert!(!verify("Open sesame", &kept));
        assert!(!verify("open sesame", "open sesame"));
        assert!(!verify(
            "open sesame",
            &kept.replace("m=19456", "m=4000000")
        ));
    }
}
