//! Pages that tell a story: the files that they show are written in their order, the commands are
//! run in between, and what is shown behind a command is what the program prints.

use crate::bless;
use crate::program::run;
use crate::repository::Git;

/// One page, with what is printed where it shows what is printed.
fn told(page: &str) -> String {
    let git = Git::new().by("lin", "lin@acme.example");
    let mut told = String::new();
    let mut blocks = page.split("```");
    told.push_str(blocks.next().unwrap());
    while let (Some(block), Some(rest)) = (blocks.next(), blocks.next()) {
        let (head, body) = block.split_once('\n').unwrap();
        let shown = match head.split_once(' ') {
            Some((_, path)) => {
                git.write(path, body);
                body.to_owned()
            }
            None if head == "text" => said(&git, body),
            None => body.to_owned(),
        };
        told.push_str(&format!("```{head}\n{shown}```{rest}"));
    }
    told
}

/// The commands of a block, each with what it prints.
fn said(git: &Git, block: &str) -> String {
    let mut said = String::new();
    for line in block.lines().filter(|line| line.starts_with("$ ")) {
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        let printed = match words.split_first().unwrap() {
            (&"catalogc", arguments) => run(git.root(), arguments).said(),
            (&"git", arguments) => {
                git.run(arguments);
                String::new()
            }
            (program, _) => panic!("`{program}` is not run"),
        };
        said.push_str(&format!("{line}\n{printed}"));
    }
    said
}

#[test]
fn what_the_pages_tell_is_true() {
    let pages = [
        (
            "../docs/terraform.md",
            include_str!("../../docs/terraform.md"),
        ),
        ("../docs/writing.md", include_str!("../../docs/writing.md")),
    ];
    let differs: Vec<_> = pages
        .iter()
        .filter_map(|(path, page)| bless::differs(path, &told(page)))
        .collect();
    bless::none_differ(&differs, "stories");
}
