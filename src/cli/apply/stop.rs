//! Somebody asks a run to stop: a CI that cancels its job, or a person at the keyboard.
//!
//! In: SIGTERM and SIGINT. Out: a flag that the run looks at. Nothing new is begun, what goes on
//! outside is left to the next run, the ledger is whole, and the exit code is 5. Who asks twice
//! does not wait for that: the process ends at once, and the next run finds what it left.

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::cli::{Exit, Failure};

/// One for the whole process: a command that applies several landings is stopped as one.
static ASKED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// The flag that is set when the process is asked to stop.
pub(super) fn asked() -> Result<&'static AtomicBool, Failure> {
    if ASKED.get().is_none() {
        let flag = Arc::default();
        watch(&flag)
            .map_err(|error| Failure::new(format!("signals cannot be watched: {error}")))?;
        return Ok(ASKED.get_or_init(|| flag));
    }
    Ok(ASKED.get_or_init(Arc::default))
}

fn watch(asked: &Arc<AtomicBool>) -> io::Result<()> {
    for signal in [SIGTERM, SIGINT] {
        // In this order: the first time the flag is not set yet, the second time it is.
        flag::register_conditional_shutdown(signal, Exit::Unknown as i32, Arc::clone(asked))?;
        flag::register(signal, Arc::clone(asked))?;
    }
    Ok(())
}
