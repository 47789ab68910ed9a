//! The page of a forge that opens a pull request, with its title and body filled in.
//!
//! In: the address of a remote as git has it. Out: the link; nothing where the forge is not known by
//! its name. A login in the address is left out.

use crate::cli::offer::Message;

/// The longest link: browsers and forges refuse much longer ones.
const LINK: usize = 6_000;

/// Which forge it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Forge {
    GitHub,
    GitLab,
}

/// A repository at a forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    forge: Forge,
    /// `https://HOST/PATH`.
    page: String,
}

impl Place {
    /// The place of an address: `https://`, `ssh://` or as scp has it.
    pub(super) fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) => (scheme, rest.split_once('/')?),
            None => ("ssh", url.split_once(':')?),
        };
        let (host, path) = rest;
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let (name, port) = host.split_once(':').map_or((host, ""), |it| it);
        let is_web = matches!(scheme, "https" | "http");
        if !is_web && !matches!(scheme, "ssh" | "git+ssh") {
            return None;
        }
        let name = name.to_ascii_lowercase();
        let name = match name.as_str() {
            "ssh.github.com" => "github.com",
            "altssh.gitlab.com" => "gitlab.com",
            other => other,
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let is_named = name.contains('.') && name.chars().all(is_name);
        let forge = match name {
            _ if !is_named || !port.chars().all(|c| c.is_ascii_digit()) => return None,
            name if name.contains("github") => Forge::GitHub,
            name if name.contains("gitlab") => Forge::GitLab,
            _ => return None,
        };
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let parts: Vec<String> = path.split('/').map(encoded).collect();
        let is_whole = parts.iter().all(|part| !part.is_empty() && part != "..");
        let is_fitting = match forge {
            Forge::GitHub => parts.len() == 2,
            Forge::GitLab => parts.len() >= 2,
        };
        if !is_whole || !is_fitting {
            return None;
        }
        // The port of ssh is not that of the pages.
        let port = match port {
            "" => String::new(),
            _ if !is_web => String::new(),
            port => format!(":{port}"),
        };
        let scheme = if scheme == "http" { "http" } else { "https" };
        Some(Self {
            forge,
            page: format!("{scheme}://{name}{port}/{}", parts.join("/")),
        })
    }

    /// The page that opens a pull request.
    pub(super) fn link(&self, target: &str, branch: &str, message: &Message) -> String {
        let (target, branch) = (encoded(target), encoded(branch));
        let title = encoded(&message.title);
        let page = &self.page;
        let (begin, body) = match self.forge {
            Forge::GitHub => (
                format!("{page}/compare/{target}...{branch}?expand=1&title={title}"),
                "&body=",
            ),
            Forge::GitLab => (
                format!(
                    "{page}/-/merge_requests/new?merge_request%5Bsource_branch%5D={branch}\
                     &merge_request%5Btarget_branch%5D={target}&merge_request%5Btitle%5D={title}"
                ),
                "&merge_request%5Bdescription%5D=",
            ),
        };
        if message.request.is_empty() {
            return begin;
        }
        let mut room = LINK.saturating_sub(begin.len() + body.len() + 3);
        let mut text = String::new();
        for c in message.request.chars() {
            let more = encoded(c.encode_utf8(&mut [0; 4]));
            let Some(left) = room.checked_sub(more.len()) else {
                text.push_str("...");
                break;
            };
            room = left;
            text.push_str(&more);
        }
        format!("{begin}{body}{text}")
    }

    /// The program of the forge that opens it, and its arguments. It is told the repository: of
    /// several remotes it would ask which one is meant, or take another one than was pushed to.
    pub(super) fn program(
        &self,
        target: &str,
        branch: &str,
        message: &Message,
    ) -> (&'static str, Vec<String>) {
        let page = self.page.as_str();
        // As `gh` writes it: HOST/OWNER/NAME.
        let place = page.split_once("://").map_or(page, |(_, place)| place);
        let (program, words): (_, &[&str]) = match self.forge {
            Forge::GitHub => (
                "gh",
                &[
                    "pr",
                    "create",
                    "--repo",
                    place,
                    "--base",
                    target,
                    "--head",
                    branch,
                    "--title",
                    &message.title,
                    "--body",
                    &message.request,
                ],
            ),
            Forge::GitLab => (
                "glab",
                &[
                    "mr",
                    "create",
                    "--yes",
                    "--repo",
                    page,
                    "--head",
                    page,
                    "--target-branch",
                    target,
                    "--source-branch",
                    branch,
                    "--title",
                    &message.title,
                    "--description",
                    &message.request,
                ],
            ),
        };
        (program, words.iter().map(|&word| word.to_owned()).collect())
    }
}

/// A text as a part of a link.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Place;
    use crate::cli::offer::Message;

    fn link(url: &str) -> Option<String> {
        let message = Message {
            title: "replicas 3 -> 5".to_owned(),
            body: String::new(),
            request: String::new(),
        };
        Place::of(url).map(|it| it.link("main", "more/replicas", &message))
    }

    #[test]
    fn github_is_known_however_its_address_is_written() {
        let page = "https://github.com/acme/shop/compare/main...more%2Freplicas?expand=1&title=replicas%203%20-%3E%205";
        for url in [
            "https://github.com/acme/shop.git",
            "https://user:secret@github.com/acme/shop",
            "git@github.com:acme/shop.git",
            "ssh://git@ssh.github.com:443/acme/shop.git",
            "ssh://git@github.com/acme/shop/",
        ] {
            assert_eq!(link(url).as_deref(), Some(page), "{url}");
        }
        let own = link("git@github.acme.example:acme/shop.git").unwrap();
        assert!(own.starts_with("https://github.acme.example/acme/shop/compare/"));
    }

    #[test]
    fn gitlab_has_groups_within_groups_and_ports() {
        let page = link("https://gitlab.acme.example:8443/a/b/shop.git").unwrap();
        let begin = "https://gitlab.acme.example:8443/a/b/shop/-/merge_requests/new?merge_request%5Bsource_branch%5D=more%2Freplicas&merge_request%5Btarget_branch%5D=main&";
        assert!(page.starts_with(begin), "{page}");
        let page = link("ssh://git@gitlab.acme.example:2222/a/shop.git").unwrap();
        assert!(page.starts_with("https://gitlab.acme.example/a/shop/-/"));
    }

    #[test]
    fn other_forges_and_odd_addresses_have_no_link() {
        for url in [
            "https://git.acme.example/acme/shop.git",
            "/srv/git/github.git",
            "file:///srv/github.com/a/b",
            "git@github.com:shop",
            "https://github.com/a/b/c",
            "https://github.com/a/..",
            "https://git hub.com/a/b",
            "C:\\github\\shop",
            "",
        ] {
            assert_eq!(link(url), None, "{url}");
        }
    }

    #[test]
    fn a_long_body_is_cut_and_the_link_stays_short() {
        let message = Message {
            title: "t".to_owned(),
            body: String::new(),
            request: "ä\n".repeat(5_000),
        };
        let place = Place::of("git@github.com:a/b.git").unwrap();
        let link = place.link("main", "x", &message);
        assert!(link.len() <= super::LINK, "{}", link.len());
        assert!(link.ends_with("..."), "{link}");
    }
}
