//! The process engine: one program, run to its end.
//!
//! In: the resolved mapping `{program, args, env}` of a call. Out: an [`Attempt`] with the exit
//! code and what was printed. No shell, no search path of the runner's, no variable of the
//! runner's: a program sees what the call gives it, in an empty folder that is removed after
//! it. What runs too long or prints too much is killed with the programs that it started.
//! Knows nothing of contracts.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place of apply that starts programs, and it times them"
)]

use std::collections::BTreeMap;
use std::hash::BuildHasher as _;
use std::hash::RandomState;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

use crate::apply::attempt::Again;
use crate::apply::attempt::Answer;
use crate::apply::attempt::Attempt;
use crate::apply::report::duration;

/// Where programs are looked for that are not named by an absolute path.
const SEARCHED: &str = "/usr/local/bin:/usr/bin:/bin";
/// The most bytes that are kept of each stream.
const OUTPUT_MAX: usize = 1024 * 1024;
/// How long the streams are waited for once the program has ended: one that it left behind in
/// the background may hold them open for ever.
const DRAIN: Duration = Duration::from_secs(1);
/// The longest pause between two looks at a program.
const LOOK: Duration = Duration::from_millis(50);

/// Whether a program may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Go {
    /// It may.
    On,
    /// The run is being stopped, and the program with it.
    Stop,
}

/// A program with all that it gets.
#[derive(Debug)]
struct Invocation {
    program: PathBuf,
    args: Vec<String>,
    env: BTreeMap<String, String>,
}

/// Runs the program that `value` names, with the run key in `CATALOGC_KEY`, for at most
/// `longest`. While it runs `watch` is asked again and again whether it may.
pub(super) fn run(
    value: &Json,
    key: &str,
    longest: Duration,
    watch: &mut dyn FnMut() -> Go,
) -> Attempt {
    let invocation = match Invocation::read(value) {
        Ok(invocation) => invocation,
        Err(why) => return Attempt::Refused(why),
    };
    let folder = match Folder::make() {
        Ok(folder) => folder,
        Err(error) => return Attempt::NotSent(format!("no folder to run it in: {error}")),
    };
    let mut child = match invocation.start(key, &folder.path) {
        Ok(child) => child,
        Err(error) => {
            return Attempt::Refused(format!(
                "`{}` cannot be started: {error}",
                invocation.program.display()
            ));
        }
    };
    let stdout = Stream::of(child.stdout.take());
    let stderr = Stream::of(child.stderr.take());
    let ended = wait(&mut child, [&stdout, &stderr], longest, watch);
    // Also after a good end: nothing that the program left behind outlives its call.
    kill(&mut child);
    let status = match ended {
        Ended::Itself(status) => status,
        Ended::Overdue => {
            let longest = duration(longest.as_secs());
            return Attempt::Spoiled(format!("timed out after {longest}, killed"));
        }
        Ended::Overflown => {
            return Attempt::Spoiled(format!("it printed more than {OUTPUT_MAX} bytes"));
        }
        Ended::Stopped => return Attempt::MaybeSent("the run was stopped".to_owned()),
        Ended::Lost(error) => return Attempt::MaybeSent(format!("it was lost: {error}")),
    };
    let patience = Instant::now() + DRAIN;
    while !(stdout.is_done() && stderr.is_done()) && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(1));
    }
    if stdout.is_full() || stderr.is_full() {
        return Attempt::Spoiled(format!("it printed more than {OUTPUT_MAX} bytes"));
    }
    Attempt::Answer(answer(status, &stdout, &stderr))
}

impl Invocation {
    fn read(value: &Json) -> Result<Self, String> {
        let fields = value.as_object().ok_or("the process is not a mapping")?;
        let known = ["program", "args", "env"];
        if let Some(key) = fields.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(format!("a process has no `{key}`"));
        }
        let program = match fields.get("program") {
            Some(Json::String(program)) => found(program)?,
            _ => return Err("`program` is not a text".to_owned()),
        };
        let args = match fields.get("args") {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(args)) => args.iter().map(arg).collect::<Result<_, _>>()?,
            Some(_) => return Err("`args` is not a list".to_owned()),
        };
        let env = match fields.get("env") {
            None | Some(Json::Null) => BTreeMap::new(),
            Some(Json::Object(env)) => variables(env)?,
            Some(_) => return Err("`env` is not a mapping".to_owned()),
        };
        Ok(Self { program, args, env })
    }

    fn start(&self, key: &str, folder: &Path) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .env_clear()
            .env("PATH", SEARCHED)
            .env("HOME", folder)
            .env("LANG", "C.UTF-8")
            .envs(&self.env)
            .env("CATALOGC_KEY", key)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // A group of its own, so that what it starts can be killed with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn()
    }
}

/// An absolute path as it is; a bare name where it is found first.
fn found(program: &str) -> Result<PathBuf, String> {
    if program.contains('\0') || program.is_empty() {
        return Err("`program` is not the name of one".to_owned());
    }
    if Path::new(program).is_absolute() {
        return Ok(PathBuf::from(program));
    }
    if program.contains('/') || matches!(program, "." | "..") {
        return Err(format!(
            "`{program}` is neither a name nor an absolute path"
        ));
    }
    SEARCHED
        .split(':')
        .map(|folder| Path::new(folder).join(program))
        .find(|path| path.is_file())
        .ok_or_else(|| format!("`{program}` is not found in {SEARCHED}"))
}

fn arg(value: &Json) -> Result<String, String> {
    match value {
        Json::String(text) if text.contains('\0') => Err("an argument has a NUL in it".to_owned()),
        Json::String(text) => Ok(text.clone()),
        Json::Number(_) | Json::Bool(_) => Ok(value.to_string()),
        _ => Err("an argument is not a text".to_owned()),
    }
}

fn variables(env: &Map<String, Json>) -> Result<BTreeMap<String, String>, String> {
    let mut variables = BTreeMap::new();
    for (name, value) in env {
        if value.is_null() {
            continue;
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(format!("`{name}` cannot be the name of a variable"));
        }
        let value = arg(value).map_err(|_| format!("the variable `{name}` is not a text"))?;
        variables.insert(name.clone(), value);
    }
    Ok(variables)
}

fn answer(status: ExitStatus, stdout: &Stream, stderr: &Stream) -> Answer {
    let (code, words) = match (status.code(), signal(status)) {
        (Some(code), _) => (code, format!("exit code {code}")),
        // As shells say it.
        (None, Some(signal)) => (128 + signal, format!("killed by signal {signal}")),
        (None, None) => (-1, "ended without an exit code".to_owned()),
    };
    let mut fields = Map::new();
    fields.insert("status".to_owned(), json!(code));
    fields.insert("stdout".to_owned(), json!(stdout.text()));
    fields.insert("stderr".to_owned(), json!(stderr.text()));
    Answer {
        fields,
        is_success: status.success(),
        short: words.clone(),
        words,
        again: Again::Never,
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// How a program came to its end.
enum Ended {
    Itself(ExitStatus),
    Overdue,
    Overflown,
    Stopped,
    Lost(std::io::Error),
}

fn wait(
    child: &mut Child,
    streams: [&Stream; 2],
    longest: Duration,
    watch: &mut dyn FnMut() -> Go,
) -> Ended {
    let started = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ended::Itself(status),
            Ok(None) => {}
            Err(error) => return Ended::Lost(error),
        }
        if streams.iter().any(|stream| stream.is_full()) {
            return Ended::Overflown;
        }
        if started.elapsed() >= longest {
            return Ended::Overdue;
        }
        if watch() == Go::Stop {
            return Ended::Stopped;
        }
        std::thread::sleep(pause);
        pause = LOOK.min(pause * 2);
    }
}

/// Ends the program and the group that it is the head of. The standard library kills single
/// processes only, so the group is left to `kill`; where that is missing, the program alone
/// ends.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    {
        let _ = Command::new("/bin/kill")
            .args(["-KILL", "--", &format!("-{}", child.id())])
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// What a program prints, taken in by a thread of its own that nobody has to wait for.
struct Stream(Arc<Captured>);

#[derive(Default)]
struct Captured {
    bytes: Mutex<Vec<u8>>,
    is_full: AtomicBool,
    is_done: AtomicBool,
}

impl Stream {
    fn of(source: Option<impl Read + Send + 'static>) -> Self {
        let captured = Arc::new(Captured::default());
        let ours = Arc::clone(&captured);
        if let Some(source) = source {
            let thread = std::thread::Builder::new().spawn(move || ours.take_in(source));
            // Without a thread the pipe is closed, and whoever prints into it is told.
            if thread.is_ok() {
                return Self(captured);
            }
        }
        captured.is_done.store(true, Ordering::SeqCst);
        Self(captured)
    }

    fn is_done(&self) -> bool {
        self.0.is_done.load(Ordering::SeqCst)
    }

    fn is_full(&self) -> bool {
        self.0.is_full.load(Ordering::SeqCst)
    }

    fn text(&self) -> String {
        let bytes = self.0.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Captured {
    fn take_in(&self, mut source: impl Read) {
        let mut buffer = [0; 8192];
        while let Ok(length) = source.read(&mut buffer) {
            let Some(read) = buffer.get(..length).filter(|read| !read.is_empty()) else {
                break;
            };
            let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
            if bytes.len() + read.len() > OUTPUT_MAX {
                self.is_full.store(true, Ordering::SeqCst);
                break;
            }
            bytes.extend_from_slice(read);
        }
        self.is_done.store(true, Ordering::SeqCst);
    }
}

/// An empty folder of our own, removed with all that is in it.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn make() -> std::io::Result<Self> {
        // The name cannot be guessed, and a folder that is there already is not taken.
        let name = RandomState::new().hash_one(Instant::now());
        let path = std::env::temp_dir().join(format!("catalogc-{name:016x}"));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Self { path })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays in the system's temporary folder; the call has ended.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests;
