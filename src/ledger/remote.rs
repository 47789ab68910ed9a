//! The ledger's branch at the remote.
//!
//! In: an [`Address`] and ids. Out: the branch's tip there, its commits in the clone, or a push
//! that lands only if the branch there is where the caller says. The `git` program does it, in
//! an empty repository of its own that is laid over the clone's objects: hooks, aliases,
//! helpers, rewritten addresses and every other configuration of the clone, the user and the
//! system are not read at all, which no list of switches could promise. A login comes along
//! only on purpose: headers through the environment, never on a command line; the agent of ssh.
//! Errors are the words of git, in one line and without the login.
#![expect(
    clippy::disallowed_methods,
    reason = "speaking to a remote is for this file alone"
)]

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use crate::ledger::LedgerError;
use crate::ledger::address::Address;
use crate::ledger::address::Protocol;
use crate::ledger::patience;
use crate::text;

/// How long git may take for one command; a stalled transfer ends sooner.
const PATIENCE: Duration = Duration::from_secs(300);

/// Settings for every command; the environment carries them.
const SETTINGS: [(&str, &str); 15] = [
    ("core.askPass", ""),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    (
        "core.sshCommand",
        "ssh -oBatchMode=yes -oConnectTimeout=15 -oServerAliveInterval=15",
    ),
    ("credential.helper", ""),
    ("gc.auto", "0"),
    ("http.followRedirects", "false"),
    ("http.lowSpeedLimit", "1"),
    ("http.lowSpeedTime", "60"),
    ("maintenance.auto", "false"),
    ("push.followTags", "false"),
    ("push.gpgSign", "false"),
    ("push.recurseSubmodules", "no"),
    ("transfer.fsckObjects", "true"),
    ("advice.pushUpdateRejected", "false"),
];

/// What of our own environment git gets, beside the search path: the way through a proxy, and
/// whom to trust.
const PASSED: [&str; 11] = [
    "ALL_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "all_proxy",
    "https_proxy",
    "no_proxy",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
];

/// The name of the remote in the repository of our own.
const THERE: &str = "ledger";

/// The branch at a remote.
#[derive(Debug)]
pub(super) struct Remote {
    address: Address,
    branch: String,
    objects: PathBuf,
    own: Folder,
}

/// An empty git repository that is removed in the end.
#[derive(Debug)]
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind is an empty repository among the temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Folder {
    /// A new folder that nobody else can look into.
    fn new() -> std::io::Result<Self> {
        let parent = std::env::temp_dir();
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        for n in 0_u32..10_000 {
            let path = parent.join(format!("catalogc-{}-{n}.git", std::process::id()));
            match builder.create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(std::io::ErrorKind::AlreadyExists.into())
    }
}

impl Remote {
    pub(super) fn open(
        address: Address,
        objects: PathBuf,
        branch: String,
    ) -> Result<Self, LedgerError> {
        let unusable = |remote: &str, why| LedgerError::Unreachable {
            remote: remote.to_owned(),
            why,
        };
        let own = Folder::new().map_err(|error| unusable(&address.remote, error.to_string()))?;
        let remote = Self {
            address,
            branch,
            objects,
            own,
        };
        let made = remote.git(&[
            "init",
            "-q",
            "--bare",
            "--template=",
            "--object-format=sha1",
        ]);
        made.map_err(|why| unusable(remote.name(), why))?;
        Ok(remote)
    }

    /// The remote's name in the clone.
    pub(super) fn name(&self) -> &str {
        &self.address.remote
    }

    /// Where the branch ends there; `None` if the remote answered that it has none.
    pub(super) fn tip(&self) -> Result<Option<String>, String> {
        let there = self.git(&[
            "ls-remote",
            "--refs",
            "--upload-pack=git-upload-pack",
            "--end-of-options",
            THERE,
            &self.branch,
        ])?;
        // The pattern also fits a branch that only ends like ours.
        let tip = there
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .find(|(_, name)| *name == self.branch);
        Ok(tip.map(|(id, _)| id.to_owned()))
    }

    /// Brings the branch's commits into the clone and gives its tip. `known` is a commit whose
    /// whole history is here, which need not come again.
    pub(super) fn fetch(&self, known: Option<&str>) -> Result<String, String> {
        if let Some(id) = known {
            self.git(&["update-ref", "refs/known", id])?;
        }
        self.git(&[
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--upload-pack=git-upload-pack",
            "--end-of-options",
            THERE,
            &format!("+{}:refs/fetched", self.branch),
        ])?;
        let tip = self.git(&["rev-parse", "--verify", "refs/fetched"])?;
        Ok(tip.trim().to_owned())
    }

    /// Moves the branch there from `from` (`None`: it is not there) to `to`, which the objects
    /// of the clone hold. The reason why not is not always true: the answer may have been lost.
    pub(super) fn push(&self, from: Option<&str>, to: &str) -> Result<(), String> {
        let pushed = self.git(&[
            "push",
            "--porcelain",
            "--no-verify",
            "--no-signed",
            "--no-follow-tags",
            "--no-recurse-submodules",
            "--receive-pack=git-receive-pack",
            // The lease makes the swap exact; what it lets through is a descendant of `from`,
            // so nothing is ever forced.
            &format!(
                "--force-with-lease={}:{}",
                self.branch,
                from.unwrap_or_default()
            ),
            "--end-of-options",
            THERE,
            &format!("{to}:{}", self.branch),
        ]);
        pushed.map(|_| ())
    }

    /// What git says on its output, or why it failed.
    fn git(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = Command::new("git");
        command
            .args(arguments)
            .current_dir(&self.own.0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        self.surround(&mut command);
        let child = command
            .spawn()
            .map_err(|error| format!("`git` cannot be started: {error}"))?;
        let (is_good, said, complained) = patience::wait(child, PATIENCE)?;
        if is_good {
            return Ok(said);
        }
        Err(self.without_login(reason(&said, &complained)))
    }

    /// Gives `command` an environment of which every part is meant.
    fn surround(&self, command: &mut Command) {
        command.env_clear();
        let passed: &[&str] = match self.address.protocol {
            Protocol::Https => &PASSED,
            Protocol::Ssh => &["SSH_AUTH_SOCK"],
            Protocol::File => &[],
        };
        for name in ["PATH"].iter().chain(passed) {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let nowhere = Path::new("/dev/null");
        for (name, value) in [
            ("HOME", self.own.0.as_path()),
            ("GIT_DIR", self.own.0.as_path()),
            ("GIT_OBJECT_DIRECTORY", self.objects.as_path()),
            ("GIT_CONFIG_GLOBAL", nowhere),
            ("GIT_CONFIG_SYSTEM", nowhere),
        ] {
            command.env(name, value);
        }
        for (name, value) in [
            ("LC_ALL", "C"),
            ("GIT_ALLOW_PROTOCOL", self.address.protocol.word()),
            ("GIT_ASKPASS", ""),
            ("SSH_ASKPASS", ""),
            ("GIT_ATTR_NOSYSTEM", "1"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
        ] {
            command.env(name, value);
        }
        // The address may hold a password, and the headers do; command lines can be read by
        // every process of the machine, environments cannot.
        let url_key = format!("remote.{THERE}.url");
        let headers = self.address.headers.iter();
        let settings = SETTINGS
            .into_iter()
            .chain([(url_key.as_str(), self.address.url.as_str())])
            .chain(headers.map(|(key, value)| (key.as_str(), value.as_str())));
        let mut count = 0_usize;
        for (key, value) in settings {
            command.env(format!("GIT_CONFIG_KEY_{count}"), key);
            command.env(format!("GIT_CONFIG_VALUE_{count}"), value);
            count += 1;
        }
        command.env("GIT_CONFIG_COUNT", count.to_string());
    }

    fn without_login(&self, words: &str) -> String {
        let words: Vec<&str> = words.split_whitespace().collect();
        let mut words = words.join(" ");
        let authority = self
            .address
            .url
            .split_once("://")
            .and_then(|(_, rest)| rest.split('/').next());
        if let Some((login, _)) = authority.and_then(|it| it.rsplit_once('@')) {
            words = words.replace(&format!("{login}@"), "");
        }
        text::visible(&words).into_owned()
    }
}

/// The line that says why git failed: a refused push says it on its output, behind the last
/// tab; everything else on the other, among warnings.
fn reason<'a>(said: &'a str, complained: &'a str) -> &'a str {
    let refused = said.lines().find(|line| line.starts_with('!'));
    if let Some((_, why)) = refused.and_then(|line| line.rsplit_once('\t')) {
        return why;
    }
    let mut told = complained.lines().filter(|line| !line.trim().is_empty());
    told.clone()
        .find(|line| line.starts_with("fatal:") || line.starts_with("error:"))
        .or_else(|| told.next_back())
        .unwrap_or("`git` failed and did not say why")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(url: &str, protocol: Protocol) -> Remote {
        let address = Address {
            remote: "origin".into(),
            url: url.into(),
            protocol,
            headers: vec![(
                "http.https://github.com/.extraheader".into(),
                "AUTHORIZATION: basic c2VjcmV0".into(),
            )],
        };
        let objects = std::env::temp_dir();
        Remote::open(address, objects, "refs/heads/catalogc-ledger".into()).unwrap()
    }

    #[test]
    fn a_login_reaches_git_for_its_own_host_and_only_through_the_environment() {
        let remote = remote("https://lin:t0ken@github.com/acme/x", Protocol::Https);
        let header = |url| remote.git(&["config", "--get-urlmatch", "http.extraheader", url]);
        let found = header("https://github.com/acme/x").unwrap();
        assert_eq!(found, "AUTHORIZATION: basic c2VjcmV0\n");
        assert!(header("https://evil.example/acme/x").is_err());
        let url = remote.git(&["config", "remote.ledger.url"]).unwrap();
        assert_eq!(url, "https://lin:t0ken@github.com/acme/x\n");
        let file = std::fs::read_to_string(remote.own.0.join("config")).unwrap();
        assert!(!file.contains("t0ken") && !file.contains("c2VjcmV0"));
        let words = "fatal: unable to access 'https://lin:t0ken@github.com/acme/x/'";
        let shown = "fatal: unable to access 'https://github.com/acme/x/'";
        assert_eq!(remote.without_login(words), shown);
    }

    #[test]
    fn git_gets_no_part_of_our_environment_that_is_not_meant() {
        let remote = remote("/srv/catalog.git", Protocol::File);
        let mut command = Command::new("git");
        remote.surround(&mut command);
        let mut names: Vec<_> = command
            .get_envs()
            .filter_map(|(name, _)| name.to_str())
            .filter(|name| !name.starts_with("GIT_CONFIG_KEY_"))
            .filter(|name| !name.starts_with("GIT_CONFIG_VALUE_"))
            .collect();
        names.sort_unstable();
        assert_eq!(
            names.join(" "),
            "GIT_ALLOW_PROTOCOL GIT_ASKPASS GIT_ATTR_NOSYSTEM GIT_CONFIG_COUNT \
             GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM GIT_CONFIG_SYSTEM GIT_DIR \
             GIT_NO_REPLACE_OBJECTS GIT_OBJECT_DIRECTORY GIT_OPTIONAL_LOCKS \
             GIT_TERMINAL_PROMPT HOME LC_ALL PATH SSH_ASKPASS"
        );
        // A variable of ours that `surround` does not name is not there when git runs.
        let canary = remote.git(&["config", "--get", "user.name"]);
        assert!(canary.is_err());
    }

    #[test]
    fn the_repository_of_our_own_is_gone_in_the_end() {
        let remote = remote("/srv/catalog.git", Protocol::File);
        let folder = remote.own.0.clone();
        assert!(folder.join("HEAD").exists());
        drop(remote);
        assert!(!folder.exists());
    }
}
