//! Writes a new text in the place of a file that was read, or takes the file away.
//!
//! The file is a whole one at every moment, the old or the new. What is no longer as it was read
//! stays as it is, and no link is followed.
#![expect(
    clippy::disallowed_methods,
    reason = "this file is the end of the pipeline that changes catalogs"
)]

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::source::path::path_of;

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// The path leads through a link, or out of the folder.
    #[error("`{0}` is not written: links are not followed")]
    Link(String),
    /// Somebody wrote it in the meantime.
    #[error("`{0}` was changed while it was checked and stays as it is")]
    Changed(String),
    /// Its permissions say that nobody writes it.
    #[error("`{0}` is not written: it is read-only")]
    ReadOnly(String),
    /// A file stands there that the catalog has not read.
    #[error("`{0}` is not written: something of that name is there already")]
    Taken(String),
    /// The system's own words.
    #[error("`{0}` cannot be written: {1}")]
    System(String, io::Error),
}

/// Where the file at `path` of `root` is, whose text still is `before`.
fn unchanged(root: &Path, path: &str, before: &str) -> Result<PathBuf, RewriteError> {
    let system = |error| RewriteError::System(path.to_owned(), error);
    if path_of(path.as_bytes()).is_err() {
        return Err(RewriteError::Link(path.to_owned()));
    }
    let mut at = root.to_owned();
    for part in path.split('/') {
        at.push(part);
        if at.symlink_metadata().map_err(system)?.is_symlink() {
            return Err(RewriteError::Link(path.to_owned()));
        }
    }
    if at.metadata().map_err(system)?.permissions().readonly() {
        return Err(RewriteError::ReadOnly(path.to_owned()));
    }
    if fs::read(&at).map_err(system)? != before.as_bytes() {
        return Err(RewriteError::Changed(path.to_owned()));
    }
    Ok(at)
}

/// Takes away the file at `path` of `root`, whose text is `before`.
pub fn remove(root: &Path, path: &str, before: &str) -> Result<(), RewriteError> {
    let at = unchanged(root, path, before)?;
    fs::remove_file(&at).map_err(|error| RewriteError::System(path.to_owned(), error))
}

/// Whether the file at `path` of `root`, whose text is `before`, can be written or taken away.
pub fn ready(root: &Path, path: &str, before: &str) -> Result<(), RewriteError> {
    let at = unchanged(root, path, before)?;
    may_hold(path, at.parent().unwrap_or(root))
}

/// Whether a new file can be made at `path` of `root`.
pub fn ready_to_create(root: &Path, path: &str) -> Result<(), RewriteError> {
    let missing = missing_folders(root, path)?;
    let at = root.join(path);
    if at.symlink_metadata().is_ok() {
        return Err(RewriteError::Taken(path.to_owned()));
    }
    let folder = missing.first().map_or(at.as_path(), PathBuf::as_path);
    may_hold(path, folder.parent().unwrap_or(root))
}

/// Whether the permissions of a folder let files in it be made and taken away.
fn may_hold(path: &str, folder: &Path) -> Result<(), RewriteError> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let found = folder.metadata();
    let found = found.map_err(|error| RewriteError::System(path.to_owned(), error))?;
    if !found.is_dir() {
        return Err(RewriteError::Taken(path.to_owned()));
    }
    if found.permissions().readonly() {
        return Err(RewriteError::ReadOnly(path.to_owned()));
    }
    Ok(())
}

/// The folders above a new file that are not there, the outermost first.
fn missing_folders(root: &Path, path: &str) -> Result<Vec<PathBuf>, RewriteError> {
    if path_of(path.as_bytes()).is_err() {
        return Err(RewriteError::Link(path.to_owned()));
    }
    let mut missing = Vec::new();
    let mut at = root.to_owned();
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        at.push(part);
        match at.symlink_metadata() {
            Ok(found) if found.is_symlink() => return Err(RewriteError::Link(path.to_owned())),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(at.clone()),
            Err(error) => return Err(RewriteError::System(path.to_owned(), error)),
        }
    }
    Ok(missing)
}

/// Takes folders away that are empty, the outermost of which is the first.
pub fn unmake(folders: &[PathBuf]) {
    for folder in folders.iter().rev() {
        // One that has something in it by now stays.
        let _ = fs::remove_dir(folder);
    }
}

/// Writes a new file at `path` of `root`, with the folders above it; what is there stays. Gives the
/// folders that were made; where the file cannot be, they are gone again.
pub fn create(root: &Path, path: &str, text: &str) -> Result<Vec<PathBuf>, RewriteError> {
    let missing = missing_folders(root, path)?;
    let mut made: Vec<PathBuf> = Vec::new();
    let write = || -> Result<(), RewriteError> {
        let system = |error| RewriteError::System(path.to_owned(), error);
        for folder in missing {
            fs::create_dir(&folder).map_err(system)?;
            made.push(folder);
        }
        let at = root.join(path);
        let created = OpenOptions::new().write(true).create_new(true).open(&at);
        let mut file = created.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => RewriteError::Taken(path.to_owned()),
            _ => system(error),
        })?;
        let written = file.write_all(text.as_bytes());
        written.and_then(|()| file.sync_all()).map_err(|error| {
            let _ = fs::remove_file(&at);
            system(error)
        })
    };
    match write() {
        Ok(()) => Ok(made),
        Err(error) => {
            unmake(&made);
            Err(error)
        }
    }
}

/// Replaces `before`, the text of the file at `path` of `root`, by `after`; permissions stay.
pub fn rewrite(root: &Path, path: &str, before: &str, after: &str) -> Result<(), RewriteError> {
    let system = |error| RewriteError::System(path.to_owned(), error);
    let at = unchanged(root, path, before)?;
    let permissions = at.metadata().map_err(system)?.permissions();
    // A rename replaces what stands at the name, also a link that came there just now.
    let temporary = at.with_file_name(format!(".catalogc-{}.tmp", std::process::id()));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary)
        .and_then(|mut file| {
            file.set_permissions(permissions)?;
            file.write_all(after.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&temporary, &at));
    if let Err(error) = written {
        // What cannot be taken away is seen in the next check, as a file that nothing maps.
        let _ = fs::remove_file(&temporary);
        return Err(system(error));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{RewriteError, create, ready_to_create, remove, rewrite, unmake};
    use std::fs;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a")).unwrap();
        fs::write(folder.path().join("a/b.yaml"), "x\r\n").unwrap();
        rewrite(folder.path(), "a/b.yaml", "x\r\n", "y\r\n").unwrap();
        assert_eq!(fs::read(folder.path().join("a/b.yaml")).unwrap(), b"y\r\n");
        assert_eq!(folder.path().join("a").read_dir().unwrap().count(), 1);
    }

    #[test]
    fn what_somebody_else_wrote_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b.yaml");
        fs::write(&file, "theirs").unwrap();
        let told = rewrite(folder.path(), "b.yaml", "x", "y").unwrap_err();
        assert!(matches!(told, RewriteError::Changed(_)), "{told}");
        assert_eq!(fs::read(&file).unwrap(), b"theirs");
        assert!(rewrite(folder.path(), "../b.yaml", "theirs", "y").is_err());
        assert!(remove(folder.path(), "b.yaml", "x").is_err());
        assert!(file.exists());
        remove(folder.path(), "b.yaml", "theirs").unwrap();
        assert!(!file.exists());
    }

    #[test]
    fn a_file_that_cannot_be_made_leaves_no_folder() {
        let folder = tempfile::tempdir().unwrap();
        let long = format!("a/b/{}.yaml", "x".repeat(300));
        assert!(create(folder.path(), &long, "x").is_err());
        assert!(!folder.path().join("a").exists());
        let made = create(folder.path(), "a/b/c.yaml", "x").unwrap();
        assert_eq!(made.len(), 2);
        assert!(ready_to_create(folder.path(), "a/b/c.yaml").is_err());
        ready_to_create(folder.path(), "a/d/c.yaml").unwrap();
        remove(folder.path(), "a/b/c.yaml", "x").unwrap();
        unmake(&made);
        assert!(!folder.path().join("a").exists());
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_written_through_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("real.yaml");
        fs::write(&file, "x").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("real.yaml", folder.path().join("link.yaml")).unwrap();
        symlink(folder.path(), folder.path().join("around")).unwrap();
        for path in ["link.yaml", "around/real.yaml"] {
            let told = rewrite(folder.path(), path, "x", "y").unwrap_err();
            assert!(matches!(told, RewriteError::Link(_)), "{told}");
        }
        rewrite(folder.path(), "real.yaml", "x", "y").unwrap();
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
