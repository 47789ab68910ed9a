//! Where a remote is, and how one may log in to it.
//!
//! In: the configuration of the clone. Out: an [`Address`] of a protocol that starts no program
//! of somebody's choice, and the headers that the forge's checkout left there for it. Of all
//! other configuration nothing is taken: much of it names programs.

use std::fmt;
use std::path::Path;

use crate::ledger::LedgerError;

/// A remote that may be spoken to.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// The remote's name in the clone.
    pub(super) remote: String,
    /// What git is told to speak to.
    pub(super) url: String,
    /// How.
    pub(super) protocol: Protocol,
    /// `http.<url>.extraheader` and its values, in their order; git decides which URL fits.
    pub(super) headers: Vec<(String, String)>,
}

/// Leaves out what may hold a login, so that no trace of a value gives it away.
impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Address")
            .field("remote", &self.remote)
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}

/// The ways in which a remote may be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Https,
    Ssh,
    File,
}

impl Protocol {
    /// The name that git has for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Ssh => "ssh",
            Self::File => "file",
        }
    }
}

/// The address of the clone's remote `name`. One that is pushed to elsewhere than it is fetched
/// from has its truth where it is pushed to.
pub(super) fn of(clone: &Path, name: &str) -> Result<Address, LedgerError> {
    let refused = |why: String| LedgerError::Address {
        remote: name.to_owned(),
        why,
    };
    // Includes are followed, for a checkout may keep its login in a file beside the clone; they
    // are read, and nothing in them is run.
    let mut permissions = gix::open::Permissions::isolated();
    permissions.config.includes = true;
    let options = gix::open::Options::isolated().permissions(permissions);
    let repository = gix::open_opts(clone, options).map_err(|error| LedgerError::Repository {
        folder: clone.to_owned(),
        why: error.to_string(),
    })?;
    let snapshot = repository.config_snapshot();
    let config = snapshot.plumbing();
    let of_key = |key: &str| config.strings(format!("remote.{name}.{key}").as_str());
    let urls = of_key("pushurl").or_else(|| of_key("url"));
    let url = match urls.unwrap_or_default().as_slice() {
        [] => return Err(refused("this clone has no such remote".to_owned())),
        [one] => String::from_utf8(one.to_vec())
            .map_err(|_| refused("its address is not UTF-8".to_owned()))?,
        _ => return Err(refused("it has more than one address".to_owned())),
    };
    let (protocol, url) = match protocol(&url).map_err(refused)? {
        Protocol::File if !url.contains("://") => {
            let base = repository.workdir().unwrap_or(repository.common_dir());
            let path = std::path::absolute(base.join(&url)).ok();
            let path = path.and_then(|it| it.to_str().map(str::to_owned));
            let path = path.ok_or_else(|| refused("its path is not UTF-8".to_owned()))?;
            (Protocol::File, path)
        }
        other => (other, url),
    };
    let mut headers = Vec::new();
    for section in config.sections_by_name("http").into_iter().flatten() {
        let Some(of_url) = section.header().subsection_name() else {
            continue;
        };
        for value in section.body().values("extraheader") {
            headers.push((format!("http.{of_url}.extraheader"), value.to_string()));
        }
    }
    Ok(Address {
        remote: name.to_owned(),
        url,
        protocol,
        headers,
    })
}

/// How `url` would be spoken to, by git's own rules, or why it is refused. The words do not
/// repeat the URL, which may hold a password.
fn protocol(url: &str) -> Result<Protocol, String> {
    if url.is_empty() || url.starts_with('-') || url.contains(crate::text::is_hidden) {
        return Err("its address is malformed".to_owned());
    }
    let before_slash = url.split('/').next().unwrap_or_default();
    if let Some((scheme, _)) = url.split_once("://") {
        return match scheme {
            "https" => Ok(Protocol::Https),
            "ssh" => Ok(Protocol::Ssh),
            "file" => Ok(Protocol::File),
            _ => Err("its address is not https, ssh or a path".to_owned()),
        };
    }
    match before_slash.split_once(':') {
        None => Ok(Protocol::File),
        // `helper::address` starts a program; `[::1]:path` is a host.
        Some((host, rest)) if rest.starts_with(':') && !host.starts_with('[') => {
            Err("its address is for a remote helper, which is a program".to_owned())
        }
        Some(("", _)) => Err("its address is malformed".to_owned()),
        Some(_) => Ok(Protocol::Ssh),
    }
}

#[cfg(test)]
mod tests {
    use super::{Protocol, protocol};

    #[test]
    fn only_addresses_that_start_no_chosen_program_are_spoken_to() {
        for (url, expected) in [
            ("https://github.com/acme/catalog", Protocol::Https),
            ("https://user:token@host/a::b", Protocol::Https),
            ("ssh://git@host:22/acme/catalog", Protocol::Ssh),
            ("git@github.com:acme/catalog.git", Protocol::Ssh),
            ("[::1]:acme/catalog", Protocol::Ssh),
            ("/srv/git/catalog.git", Protocol::File),
            ("../catalog.git", Protocol::File),
            ("./odd:name", Protocol::File),
            ("file:///srv/git/catalog.git", Protocol::File),
        ] {
            assert_eq!(protocol(url), Ok(expected), "{url}");
        }
        for url in [
            "ext::sh -c touch% canary",
            "ext::https://host/x",
            "fd::7",
            "http://github.com/acme/catalog",
            "git://github.com/acme/catalog",
            "HTTPS://github.com/acme/catalog",
            "-oProxyCommand=touch",
            "--upload-pack=touch",
            ":path",
            "",
            "https://host/\n[core]",
        ] {
            assert!(protocol(url).is_err(), "{url}");
        }
    }
}
