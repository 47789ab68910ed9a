//! What is said of catalogs that are read where other programs keep them, by running the program.

use crate::formats::{printed, read, root};
use crate::program::run;
use crate::repository::Git;

#[test]
fn what_is_built_in_is_told_at_what_somebody_wrote_in_every_format() {
    let case = root().join("fixtures/check/port-beside-backstage");
    printed(&case, "human").says("  export/blueprints.json:1:17\n");
    let at = "fixtures/check/port-beside-backstage/export/blueprints.json";
    printed(&case, "github").says(&format!("::warning file={at},line=1,"));
    let log = read(&printed(&case, "sarif"));
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], at);
    let report = read(&printed(&case, "gitlab"));
    assert_eq!(report[0]["location"]["path"], at);
}

#[test]
fn of_sources_no_change_is_promised_that_has_other_files_read() {
    for (source, near) in [
        ("{glrb: \"port/*\", reader: port}", "glob"),
        ("{glob: \"port/*\", reeader: port}", "reader"),
    ] {
        let git = Git::new();
        git.write(
            "catalogc.yaml",
            format!("version: 1\nsources:\n  - {source}\n"),
        );
        git.write("port/entities.json", "[]\n");
        run(git.root(), &["check"])
            .says(&format!("did you mean `{near}`?\n"))
            .does_not_say("--fix");
    }
}

#[test]
fn a_folder_of_another_is_left_alone_by_what_its_findings_say() {
    let case = root().join("fixtures/check/folder-of-another");
    let words = printed(&case, "human").stdout;
    let words = words.split_whitespace().collect::<Vec<&str>>().join(" ");
    let way_out =
        "if `catalog/` is no folder of this catalog, write `catalog: none` in catalogc.yaml";
    assert_eq!(words.matches(way_out).count(), 2, "{words}");
}
