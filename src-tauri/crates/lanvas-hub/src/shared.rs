//! What tasks share, named in one place, so that a model checker can put its own there and try
//! every order in which they may meet (`tests/model`).

pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub(crate) use tokio::sync::Notify;

pub(crate) use crate::stream::Stream;
