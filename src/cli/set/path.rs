//! Paths as they are typed: `replicas`, `properties.env[name=PORT].value`, `relations.owner`.
//!
//! In: an argument. Out: a [`Wish`]: the parts of the path, and what becomes of its value, not yet
//! of any type. Knows no catalog.

use crate::cli::Failure;
use crate::text::visible;

/// A part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Part {
    /// `name`.
    Name(String),
    /// `[2]`, counted from 0.
    Number(usize),
    /// `[name=PORT]`.
    Where(String, String),
}

/// What becomes of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum How {
    /// It is this.
    Set(String),
    /// A list has this, too.
    Add(String),
    /// A list has this no more.
    TakeOut(String),
    /// It goes.
    Unset,
}

/// A change as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Wish {
    /// The path as it was typed.
    pub(in crate::cli) path: String,
    pub(in crate::cli) parts: Vec<Part>,
    pub(in crate::cli) how: How,
}

impl Wish {
    /// Reads `PATH=VALUE`, `PATH+=VALUE` or `PATH-=VALUE`.
    pub(in crate::cli) fn read(written: &str) -> Result<Self, Failure> {
        let mut depth = 0_usize;
        let at = written.char_indices().find_map(|(at, c)| {
            match c {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            (c == '=' && depth == 0).then_some(at)
        });
        let Some((path, value)) =
            at.and_then(|at| Some((written.get(..at)?, written.get(at + 1..)?)))
        else {
            let message = format!("`{}` says no value", visible(written));
            return Err(Failure::new(message).help("write it as `replicas=5`"));
        };
        let value = value.to_owned();
        let (path, how) = match (path.strip_suffix('+'), path.strip_suffix('-')) {
            (Some(path), _) => (path, How::Add(value)),
            (_, Some(path)) => (path, How::TakeOut(value)),
            _ => (path, How::Set(value)),
        };
        Self::of(path, how)
    }

    /// A path whose value goes.
    pub(in crate::cli) fn unset(path: &str) -> Result<Self, Failure> {
        Self::of(path, How::Unset)
    }

    fn of(path: &str, how: How) -> Result<Self, Failure> {
        let unreadable = || {
            let message = format!("`{}` is no path", visible(path));
            Failure::new(message).help("write it as `replicas`, `relations.owner` or `env[0].name`")
        };
        let parts = parts(path).filter(|parts| !parts.is_empty());
        Ok(Self {
            path: path.to_owned(),
            parts: parts.ok_or_else(unreadable)?,
            how,
        })
    }
}

fn parts(path: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = path;
    loop {
        if let Some(inside) = rest.strip_prefix('[') {
            let (inside, behind) = inside.split_once(']')?;
            parts.push(match inside.split_once('=') {
                Some((key, value)) => Part::Where(key.to_owned(), value.to_owned()),
                None => Part::Number(inside.parse().ok()?),
            });
            rest = behind;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, behind) = (rest.get(..end)?, rest.get(end..)?);
            if name.is_empty() {
                return None;
            }
            parts.push(Part::Name(name.to_owned()));
            rest = behind;
        }
        if rest.is_empty() {
            return Some(parts);
        }
        if let Some(behind) = rest.strip_prefix('.') {
            rest = behind;
            if rest.is_empty() || rest.starts_with('[') {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{How, Part, Wish};

    #[test]
    fn paths_and_values_are_told_apart() {
        let wish = Wish::read("env[name=PORT].value=80=80").unwrap();
        assert_eq!(wish.how, How::Set("80=80".to_owned()));
        let name = |name: &str| Part::Name(name.to_owned());
        let port = Part::Where("name".to_owned(), "PORT".to_owned());
        assert_eq!(wish.parts, [name("env"), port, name("value")]);
        let wish = Wish::read("relations.apis+=a,b").unwrap();
        assert_eq!(wish.how, How::Add("a,b".to_owned()));
        assert_eq!(wish.parts, [name("relations"), name("apis")]);
        let wish = Wish::read("a[0][1]-=").unwrap();
        assert_eq!(wish.how, How::TakeOut(String::new()));
        assert_eq!(wish.parts, [name("a"), Part::Number(0), Part::Number(1)]);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for written in [
            "a", "=1", "a.=1", ".a=1", "a..b=1", "a[x]=1", "a[1=1", "+=1", "a.[0]=1",
        ] {
            assert!(Wish::read(written).is_err(), "{written}");
        }
    }
}
