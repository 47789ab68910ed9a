//! Reading the files of a commit.
//!
//! In: files by the ids of their objects. Out: their texts, or why there is none. Sizes are
//! taken from the objects' headers first, so that nothing too large is ever unpacked.

use gix::ObjectId;
use gix::objs::FindExt as _;
use gix::objs::Kind;
use rayon::prelude::*;

use crate::source::Refusal;
use crate::source::SourceFile;
use crate::source::git::GitError;
use crate::source::git::open;
use crate::source::git::tree::File;
use crate::source::limit;
use crate::source::text_of;

/// The texts of `files`, in their order.
pub(super) fn read(
    store: &gix::ThreadSafeRepository,
    files: &[File],
) -> Result<Vec<SourceFile>, GitError> {
    let sizes: Vec<Result<u64, Refusal>> = files
        .par_iter()
        .map_init(
            || open::local(store),
            |repository, file| {
                let id = file.blob.clone()?;
                size(repository, id, file.most)
            },
        )
        .collect();
    let total: u64 = sizes.iter().filter_map(|size| size.as_ref().ok()).sum();
    if total > limit::CATALOG_BYTES {
        return Err(GitError::TooManyBytes);
    }
    Ok(files
        .par_iter()
        .zip(sizes)
        .map_init(
            || open::local(store),
            |repository, (file, size)| {
                let text = size
                    .and(file.blob.clone())
                    .and_then(|id| text_of(bytes(repository, id)?));
                SourceFile {
                    path: file.path.clone(),
                    text,
                    merged: false,
                }
            },
        )
        .collect())
}

/// The size of a blob that has `most` bytes at the most.
pub(super) fn size(repository: &gix::Repository, id: ObjectId, most: u64) -> Result<u64, Refusal> {
    let header = repository
        .try_find_header(id)
        .map_err(|_| damaged())?
        .ok_or(Refusal::MissingObject)?;
    match (header.kind(), header.size()) {
        (Kind::Blob, bytes) if bytes <= most => Ok(bytes),
        (Kind::Blob, bytes) => Err(Refusal::TooLarge { bytes, most }),
        _ => Err(damaged()),
    }
}

/// The bytes of a blob, whose [`size`] was looked at before.
pub(super) fn bytes(repository: &gix::Repository, id: ObjectId) -> Result<Vec<u8>, Refusal> {
    let mut buffer = Vec::new();
    let read = repository.objects.find_blob(&id, &mut buffer).map(|_| ());
    read.map(|()| buffer).map_err(|_| damaged())
}

fn damaged() -> Refusal {
    Refusal::Unreadable("its object is damaged".to_owned())
}
