//! Secrets as inputs: envelopes of age, which come from a file or a pipe and never from a command
//! line, that others on the machine can read.
#![expect(
    clippy::disallowed_methods,
    reason = "reads the one file that an argument names, and hides what is typed"
)]

use std::io::Read as _;
use std::io::{IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::cli::Failure;
use crate::cli::ask::Asking;
use crate::cli::request::born::Born;
use crate::model::{Action, is_secret};
use crate::text::visible;

/// How an envelope is made.
pub(super) const HOW: &str = "`age --encrypt --armor --recipient KEY --output value.age` makes it, where KEY is the public key of what opens it";

/// The most bytes of an envelope: those of a file of the catalog.
const MOST: u64 = 1 << 20;

/// Reads a line that is not shown. The shell puts the terminal back also when it is interrupted.
const HIDDEN: &str = "saved=$(stty -g) || exit 3
trap 'stty \"$saved\"; exit 130' INT TERM HUP
stty -echo || exit 3
IFS= read -r line; code=$?
stty \"$saved\"
printf %s \"$line\"
exit $code";

/// What a value means: itself, `@FILE` or `-` for what is piped in.
pub(super) fn read(name: &str, written: &str) -> Result<String, Failure> {
    let unreadable = |place: &str, why: &dyn std::fmt::Display| {
        let message = format!(
            "`{}` of `{}` is not read: {why}",
            visible(place),
            visible(name)
        );
        Failure::new(message).help(HOW)
    };
    let mut text = String::new();
    if written == "-" {
        let input = std::io::stdin();
        if input.is_terminal() {
            let message = format!("`--set {}=-` reads what is piped in", visible(name));
            return Err(Failure::new(message).help("name a file: `@FILE`"));
        }
        let read = input.lock().take(MOST).read_to_string(&mut text);
        read.map_err(|error| unreadable("-", &error))?;
    } else if let Some(path) = written.strip_prefix('@') {
        let file = std::fs::File::open(path);
        let read = file.and_then(|file| file.take(MOST).read_to_string(&mut text));
        read.map_err(|error| unreadable(path, &error))?;
    } else {
        return Ok(written.to_owned());
    }
    Ok(format!("{}\n", text.trim()))
}

/// Whether an input of an action is secret: its value is repeated nowhere.
pub(super) fn is_hidden(asking: &Asking<'_>, action: &Action, name: &str) -> bool {
    let schema = match Born::of(&asking.compiled.catalog, action) {
        Some(born) => born.schema(name),
        None => action.inputs.schema(name),
    };
    schema.is_some_and(is_secret)
}

/// That a value can only be opened by who has the key.
pub(super) fn is_sealed(name: &str, value: &str) -> Result<(), Failure> {
    let value = read(name, value)?;
    if crate::check::is_sealed(&Json::from(value)) {
        return Ok(());
    }
    let name = visible(name);
    let message = format!("`{name}` is a secret, and this is no envelope of age");
    Err(Failure::new(message).help(format!("{HOW}; then `--set {name}=@value.age`")))
}

/// A line from the terminal that is not shown; none where the input ends or the terminal cannot
/// hide it.
pub(in crate::cli) fn hidden_line() -> Option<String> {
    let ended = Command::new("sh")
        .args(["-c", HIDDEN])
        .stdin(Stdio::inherit())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    // The key that ends the line was not shown either.
    let _ = std::io::stdout().lock().write_all(b"\n");
    let is_whole = ended.status.success();
    is_whole
        .then(|| String::from_utf8(ended.stdout).ok())
        .flatten()
}
