//! A thousand histories that nobody thought of, merged here and by git.
//!
//! Each is a base, a target and a head, made of a number. Whatever is merged here must be what
//! `git merge-tree` makes of it; what git merges and is refused here must be rare.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use catalogc::source::git::{CommitId, Merged, Repository};
use catalogc::source::{Refusal, Selection};

use crate::repository::Git;

const HISTORIES: usize = 1_000;
const SEED: u64 = 0x00ca_7a10;

/// The seed, or another that `CATALOGC_SEED` gives: the nightly run tries several.
#[expect(clippy::disallowed_methods, reason = "a nightly run chooses the seed")]
fn seed() -> u64 {
    let other = std::env::var("CATALOGC_SEED").ok();
    other.map_or(SEED, |seed| {
        seed.parse().expect("a number that is not zero")
    })
}

/// What stands at a path: its mode and its bytes.
type Leaf = (&'static str, String);
type Files = BTreeMap<String, Leaf>;

/// Numbers that are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % end
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    fn path(&mut self) -> String {
        let folder = self.one_of(&["", "", "a/", "a/b/", "c/", "c/d/e/"]);
        let name = self.one_of(&[
            "x.yaml",
            "y.yaml",
            "z.yaml",
            "team.json",
            "a",
            "b",
            "c",
            "d",
        ]);
        format!("{folder}{name}")
    }

    fn line(&mut self) -> String {
        let indent = self.one_of(&["", "  "]);
        let key = self.one_of(&[
            "title", "type", "owner", "tier", "replicas", "url", "- name",
        ]);
        format!("{indent}{key}: {}\n", self.below(12))
    }

    fn text(&mut self) -> String {
        (0..4 + self.below(14)).map(|_| self.line()).collect()
    }
}

/// Puts a leaf at `path` as git would: what stands in its way goes.
fn put(files: &mut Files, path: &str, leaf: Leaf) {
    let below = format!("{path}/");
    files.retain(|other, _| !other.starts_with(&below) && !path.starts_with(&format!("{other}/")));
    files.insert(path.to_owned(), leaf);
}

fn edited(numbers: &mut Numbers, text: &str) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let at = numbers.below(lines.len() + 1);
    match numbers.below(4) {
        0 => lines.insert(at, numbers.line()),
        1 if at < lines.len() => drop(lines.remove(at)),
        _ if at < lines.len() => lines[at] = numbers.line(),
        _ => lines.push(numbers.line()),
    }
    lines.concat()
}

fn change(numbers: &mut Numbers, files: &mut Files) {
    let paths: Vec<String> = files.keys().cloned().collect();
    if paths.is_empty() {
        return;
    }
    let path = numbers.one_of(&paths);
    let (mode, text) = files[&path].clone();
    match numbers.below(100) {
        0..60 => {
            let text = edited(numbers, &text);
            files.insert(path, (mode, text));
        }
        60..78 => {
            let (path, text) = (numbers.path(), numbers.text());
            put(files, &path, ("100644", text));
        }
        78..86 => drop(files.remove(&path)),
        86..91 => {
            let mode = if mode == "100644" { "100755" } else { "100644" };
            files.insert(path, (mode, text));
        }
        91..94 => drop(files.insert(path, ("120000", "elsewhere".to_owned()))),
        94..96 => {
            let text = numbers.text();
            put(files, &format!("{path}/inside.yaml"), ("100644", text));
        }
        96..98 => {
            let (folder, text) = (path.split('/').next().unwrap(), numbers.text());
            put(files, folder, ("100644", text));
        }
        98 => {
            files.remove(&path);
            let to = numbers.path();
            put(files, &to, (mode, text));
        }
        _ => {
            let from = numbers.one_of(&["a/", "c/", "a/b/"]);
            let to = numbers.one_of(&["moved/", "c/moved/"]);
            for path in paths.iter().filter(|path| path.starts_with(from)) {
                if let Some(leaf) = files.remove(path) {
                    put(files, &path.replacen(from, to, 1), leaf);
                }
            }
        }
    }
}

fn histories(numbers: &mut Numbers) -> Vec<[Files; 3]> {
    let history = |_| {
        let mut base = Files::new();
        for _ in 0..6 + numbers.below(8) {
            let (path, text) = (numbers.path(), numbers.text());
            put(&mut base, &path, ("100644", text));
        }
        let mut side = || {
            let mut files = base.clone();
            for _ in 0..=numbers.below(4) {
                change(numbers, &mut files);
            }
            files
        };
        let (target, head) = (side(), side());
        [base, target, head]
    };
    (0..HISTORIES).map(history).collect()
}

/// Makes the commits of all histories; gives their ids, base, target and head of each.
fn import(git: &Git, histories: &[[Files; 3]]) -> Vec<[String; 3]> {
    let mut stream = String::new();
    for (number, sides) in histories.iter().enumerate() {
        let base = number * 3 + 1;
        for (mark, files) in (base..).zip(sides) {
            write!(
                stream,
                "reset refs/heads/all\n\ncommit refs/heads/all\nmark :{mark}\n"
            )
            .unwrap();
            stream.push_str("committer Ada <ada@example.com> 1767225600 +0000\ndata 0\n");
            if mark > base {
                writeln!(stream, "from :{base}").unwrap();
            }
            stream.push_str("deleteall\n");
            for (path, (mode, text)) in files {
                writeln!(
                    stream,
                    "M {mode} inline {path}\ndata {}\n{text}",
                    text.len()
                )
                .unwrap();
            }
        }
    }
    git.feed(
        &[
            "fast-import",
            "--quiet",
            "--force",
            "--export-marks=.git/marks",
        ],
        stream,
    );
    let mut ids = BTreeMap::new();
    for line in git.read(".git/marks").lines() {
        let (mark, id) = line.trim_start_matches(':').split_once(' ').unwrap();
        ids.insert(mark.parse::<usize>().unwrap(), id.to_owned());
    }
    (0..histories.len())
        .map(|number| [1, 2, 3].map(|side| ids[&(number * 3 + side)].clone()))
        .collect()
}

/// The tree that git makes of each history, where the merge is clean.
fn merged_by_git(git: &Git, ids: &[[String; 3]]) -> Vec<Option<String>> {
    let pairs = lines(
        ids.iter()
            .map(|[_, target, head]| format!("{target} {head}")),
    );
    let said = git.feed(
        &["merge-tree", "--stdin", "--no-messages", "--name-only"],
        pairs,
    );
    let mut fields = said.split('\0');
    ids.iter()
        .map(|_| {
            let (status, tree) = (fields.next().unwrap(), fields.next().unwrap());
            while fields.next().is_some_and(|name| !name.is_empty()) {}
            (status == "1").then(|| tree.to_owned())
        })
        .collect()
}

/// What git's merge changes on each target: mode and bytes by path, none where it deletes.
fn changes_by_git(
    git: &Git,
    ids: &[[String; 3]],
    trees: &[Option<String>],
) -> Vec<BTreeMap<String, Option<Leaf>>> {
    let names = lines(
        ids.iter()
            .map(|[_, target, _]| format!("{target}^{{tree}}")),
    );
    let targets = git.feed(&["cat-file", "--batch-check=%(objectname)"], names);
    let pairs: Vec<String> = targets
        .lines()
        .zip(trees)
        .map(|(target, tree)| format!("{target} {}", tree.as_deref().unwrap_or(target)))
        .collect();
    let said = git.feed(
        &["diff-tree", "--stdin", "-r", "--no-renames"],
        pairs.join("\n") + "\n",
    );
    let mut lines = said.lines().peekable();
    let mut raw = Vec::new();
    for pair in &pairs {
        let mut changes = Vec::new();
        // A pair without a difference is not mentioned.
        if lines.next_if(|line| line == pair).is_some() {
            while let Some(line) = lines.next_if(|line| line.starts_with(':')) {
                let (fields, path) = line.split_once('\t').unwrap();
                let fields: Vec<&str> = fields.split(' ').collect();
                changes.push((path.to_owned(), fields[1].to_owned(), fields[3].to_owned()));
            }
        }
        raw.push(changes);
    }
    assert_eq!(lines.next(), None, "the whole answer of git is understood");
    let blobs = blobs(git, raw.iter().flatten().map(|(_, _, id)| id.as_str()));
    let leaf = |mode: &str, id: &str| match mode {
        "000000" => None,
        "100644" => Some(("100644", blobs[id].clone())),
        "100755" => Some(("100755", blobs[id].clone())),
        "120000" => Some(("120000", blobs[id].clone())),
        other => panic!("no history has the mode {other}"),
    };
    raw.iter()
        .map(|changes| {
            let changes = changes.iter();
            changes
                .map(|(path, mode, id)| (path.clone(), leaf(mode, id)))
                .collect()
        })
        .collect()
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.fold(String::new(), |text, line| text + &line + "\n")
}

fn blobs<'a>(git: &Git, ids: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
    let ids: BTreeSet<&str> = ids
        .filter(|id| id.bytes().any(|digit| digit != b'0'))
        .collect();
    let names = lines(ids.iter().map(|id| (*id).to_owned()));
    let said = git.feed(&["cat-file", "--batch"], names);
    let mut rest = said.as_str();
    let mut blobs = BTreeMap::new();
    for id in ids {
        let (header, after) = rest.split_once('\n').unwrap();
        let size: usize = header.rsplit(' ').next().unwrap().parse().unwrap();
        blobs.insert(id.to_owned(), after[..size].to_owned());
        rest = &after[size + 1..];
    }
    blobs
}

/// The files of a result as they are read: a link has no text.
fn texts(merged: &Merged) -> BTreeMap<String, Option<String>> {
    let files = merged.snapshot.as_slice().iter();
    files
        .map(|file| {
            let text = match &file.text {
                Ok(text) => Some(text.to_string()),
                Err(Refusal::Link) => None,
                Err(other) => panic!("{}: {other:?}", file.path),
            };
            (file.path.clone(), text)
        })
        .collect()
}

fn expected(
    target: &Files,
    changes: &BTreeMap<String, Option<Leaf>>,
) -> BTreeMap<String, Option<String>> {
    let mut files = target.clone();
    for (path, leaf) in changes {
        match leaf {
            Some(leaf) => files.insert(path.clone(), leaf.clone()),
            None => files.remove(path),
        };
    }
    let text = |(mode, text): Leaf| (mode != "120000").then_some(text);
    files
        .into_iter()
        .map(|(path, leaf)| (path, text(leaf)))
        .collect()
}

#[test]
fn a_thousand_merges_are_gits_own_or_refused() {
    let git = Git::new();
    let seed = seed();
    let histories = histories(&mut Numbers(seed));
    let ids = import(&git, &histories);
    let trees = merged_by_git(&git, &ids);
    let changes = changes_by_git(&git, &ids, &trees);
    let repository = Repository::discover(git.root()).unwrap();
    let everything = Selection::new(None, "", &[]).unwrap();
    let nothing = Selection::new(None, "nowhere", &[]).unwrap();
    let (mut clean, mut refused) = (0, 0);
    for (number, [_, target, head]) in ids.iter().enumerate() {
        let about = format!("history {number} of seed {seed}: {target} {head}");
        let resolve = |id: &str| -> CommitId { repository.resolve(id).unwrap() };
        let (target, head) = (resolve(target), resolve(head));
        let merged = repository.merge(&target, &head, &everything).unwrap();
        clean += usize::from(trees[number].is_some());
        if !merged.conflicts.is_empty() {
            refused += usize::from(trees[number].is_some());
            continue;
        }
        assert!(trees[number].is_some(), "clean only here, {about}");
        assert_eq!(
            texts(&merged),
            expected(&histories[number][1], &changes[number]),
            "{about}"
        );
        let outside = repository
            .merge(&target, &head, &nothing)
            .unwrap()
            .changed_outside;
        let paths: Vec<&String> = changes[number].keys().collect();
        assert_eq!(outside.iter().collect::<Vec<_>>(), paths, "{about}");
    }
    println!("seed {seed}: {clean} of {HISTORIES} clean in git, {refused} of them refused");
    assert!(
        clean * 2 > HISTORIES,
        "too few merges are clean to say anything: {clean}"
    );
    assert!(
        refused * 20 <= clean,
        "{refused} of {clean} clean merges are refused"
    );
}
