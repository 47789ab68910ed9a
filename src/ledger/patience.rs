//! Waiting for a program, but not for ever.
//!
//! In: a program that was started with both of its outputs piped, and how long it may take.
//! Out: whether it ended well, and what it said on each. It is killed when the time is over.

use std::io::Read;
use std::process::Child;
use std::sync::mpsc;
use std::time::Duration;

/// Bytes kept of each output.
const WORDS_BYTES: u64 = 1 << 20;

/// Waits until `child` has ended, but not longer than `patience`. Whoever it started may hold
/// its pipes for longer, so they are read in threads that nobody waits for.
pub(super) fn wait(mut child: Child, patience: Duration) -> Result<(bool, String, String), String> {
    let said = listen(child.stdout.take());
    let complained = listen(child.stderr.take());
    let heard = said
        .recv_timeout(patience)
        .and_then(|said| Ok((said, complained.recv_timeout(patience)?)));
    let Ok((said, complained)) = heard else {
        // Without killing it the wait below could last for ever.
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("`git` took longer than {} s", patience.as_secs()));
    };
    let ended = child.wait().map_err(|error| error.to_string())?;
    Ok((ended.success(), said, complained))
}

fn listen(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut words = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.by_ref().take(WORDS_BYTES).read_to_end(&mut words);
            // What is too much is still taken, or git would wait for ever to say it.
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        }
        let _ = send.send(String::from_utf8_lossy(&words).into_owned());
    });
    receive
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::disallowed_methods,
        reason = "there must be a program to wait for"
    )]

    use std::process::{Command, Stdio};

    use super::*;

    fn started(script: &str) -> Child {
        Command::new("sh")
            .args(["-c", script])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let endless = started("while :; do :; done");
        let waited = wait(endless, Duration::from_millis(20));
        assert!(waited.unwrap_err().contains("took longer"));
    }

    #[test]
    fn a_program_that_says_too_much_is_heard_to_its_end() {
        let loud = started("yes | head -c 3000000; echo last >&2; exit 3");
        let (is_good, said, complained) = wait(loud, Duration::from_secs(60)).unwrap();
        assert!(!is_good);
        assert_eq!(said.len() as u64, WORDS_BYTES);
        assert_eq!(complained, "last\n");
    }
}
