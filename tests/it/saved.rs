//! The saved plan: the same bytes wherever and however it is made, and nothing that was
//! tampered with or overtaken is run. And what people read of it is safe to paste.

use crate::program::{catalogc, end};
use crate::shop::{self, CART, PAY, Shop};

/// A pull request with a bit of everything.
fn busy() -> Shop {
    let shop = Shop::new();
    let git = shop.pull_request();
    git.write(CART, shop::service("cart", "platform", 7));
    git.write(PAY, shop::service("pay", "platform", 4));
    git.write(
        "catalog/requests/restart-1.yaml",
        "action: restart\nentity: pay\n",
    );
    for n in 0..20 {
        let path = format!("catalog/entities/services/s{n}.yaml");
        git.write(&path, shop::service(&format!("s{n}"), "checkout", n));
    }
    git.commit("a bit of everything");
    shop
}

/// The plan file that is made in an environment.
fn made(shop: &Shop, variables: &[(&str, &str)]) -> String {
    let mut command = catalogc(
        shop.git.root(),
        &[
            "plan", "--base", "main", "--head", "pr", "--actor", "lin", "--format", "json",
        ],
    );
    command.envs(variables.iter().copied());
    end(command).exits(0).to_owned()
}

#[test]
fn a_plan_has_the_same_bytes_everywhere() {
    let shop = busy();
    let plan = made(&shop, &[("RAYON_NUM_THREADS", "1")]);
    for variables in [
        [("RAYON_NUM_THREADS", "2"), ("TZ", "Asia/Tokyo")],
        [("RAYON_NUM_THREADS", "8"), ("LANG", "tr_TR.UTF-8")],
        [("CI", "true"), ("LC_ALL", "de_DE.UTF-8")],
        [("GITHUB_ACTIONS", "true"), ("TZ", "America/St_Johns")],
    ] {
        assert_eq!(made(&shop, &variables), plan, "{variables:?}");
    }
    // Nor does it read the working tree, the index or the settings of git.
    let git = &shop.git;
    git.switch("main");
    git.write(CART, "identifier: [\n");
    git.write("catalog/entities/services/stray.yaml", "stray");
    git.write(".gitattributes", "*.yaml merge=other text eol=crlf\n");
    git.run(&["add", "catalog/entities/services/stray.yaml"]);
    for (key, value) in [
        ("core.autocrlf", "true"),
        ("core.quotePath", "false"),
        ("merge.other.driver", "false"),
        ("diff.renames", "false"),
        ("core.precomposeUnicode", "true"),
    ] {
        git.run(&["config", key, value]);
    }
    assert_eq!(made(&shop, &[]), plan);
    // A clone with everything packed says the same.
    git.run(&["gc", "--quiet"]);
    assert_eq!(made(&shop, &[]), plan);
}

#[test]
fn people_and_dates_of_commits_change_nothing_but_ids() {
    let shop = busy();
    let digest = |plan: &str| {
        let plan: serde_json::Value = serde_json::from_str(plan).unwrap();
        plan["id"].as_str().unwrap().to_owned()
    };
    let before = made(&shop, &[]);
    let git = &shop.git;
    git.amend(&[
        "--author",
        "Mallory <mallory@example.com>",
        "--date",
        "2001-01-01T00:00:00Z",
    ]);
    let after = made(&shop, &[]);
    assert_ne!(before, after);
    assert_eq!(digest(&before), digest(&after));
}

/// A merged pull request, and the arguments that apply it from a plan file.
fn merged() -> (Shop, Vec<String>) {
    let shop = Shop::new();
    shop.pull_request()
        .commit_file(CART, &shop::service("cart", "checkout", 7));
    let asked = [
        "plan",
        "--base",
        "main",
        "--head",
        "pr",
        "--actor",
        "lin",
        "--out",
        "plan.json",
    ];
    shop.run(&asked).exits(0);
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    let apply = [
        "apply",
        "plan.json",
        "--base",
        &before,
        "--head",
        &after,
        "--actor",
        "lin",
        "--dry-run",
    ];
    let apply = apply.map(str::to_owned).to_vec();
    (shop, apply)
}

#[test]
fn a_plan_that_was_tampered_with_is_refused() {
    let (shop, apply) = merged();
    let apply: Vec<&str> = apply.iter().map(String::as_str).collect();
    shop.run(&apply).exits(0);
    let plan = shop.git.read("plan.json");
    for (from, to) in [
        ("deploy.example/scale", "evil.example/scale"),
        ("\"replicas\"", "\"replicaz\""),
        ("{", "{\"more\":1,"),
        ("}", ""),
    ] {
        let other = plan.replacen(from, to, 1);
        assert_ne!(other, plan, "{from} is not in the plan");
        shop.git.write("plan.json", &other);
        let ran = shop.run(&apply);
        assert!(matches!(ran.code, Some(2 | 3)), "{from} -> {to}: {ran}");
        ran.does_not_say("evil.example");
    }
    shop.git.write("plan.json", &plan);
    shop.run(&apply).exits(0);
}

#[test]
fn a_verdict_is_never_taken_from_a_file() {
    let shop = Shop::new();
    shop.pull_request()
        .commit_file(CART, &shop::service("cart", "checkout", 7));
    let before = shop.git.switch("main").id("main");
    let after = shop.git.merge("pr");
    let asked = ["--base", &before, "--head", &after, "--actor", "mallory"];
    shop.run(&[&["plan", "--out", "plan.json"], &asked[..]].concat())
        .exits(0);
    let plan = shop.git.read("plan.json");
    let other = plan.replace("\"outcome\":\"denied\"", "\"outcome\":\"allowed\"");
    let other = other.replace("\"allowed\":false", "\"allowed\":true");
    assert_ne!(other, plan);
    shop.git.write("plan.json", other);
    let ran = shop.run(&[&["apply", "plan.json"], &asked[..]].concat());
    ran.says("refused").does_not_say("started").exits(4);
}

#[test]
fn a_plan_that_was_overtaken_is_stale() {
    let (shop, mut apply) = merged();
    let after = shop
        .git
        .commit_file(CART, &shop::service("cart", "checkout", 8));
    *apply.get_mut(5).unwrap() = after;
    let apply: Vec<&str> = apply.iter().map(String::as_str).collect();
    shop.run(&apply).says("stale: ").exits(3);
}

#[test]
fn revisions_that_are_not_there_are_no_plan() {
    let shop = Shop::new();
    shop.run(&["plan", "--base", "main", "--head", "nothing"])
        .says("nothing")
        .exits(2);
    shop.run(&["plan", "--head", "main", "--format", "json"])
        .exits(2);
    shop.run(&["plan", "--base", "main", "--approval", "sam"])
        .says("LOGIN@REV")
        .exits(2);
    shop.run(&["check"]).exits(0);
    shop.run(&["check", "nowhere"]).exits(2);
    shop.run(&["show", "nothing.json"]).exits(2);
}

/// Takes what stands in fences and code spans out of Markdown.
fn prose(markdown: &str) -> String {
    let mut prose = String::new();
    let mut fence: Option<usize> = None;
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if ticks >= open && line.trim_start_matches('`').is_empty() => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some(ticks),
            None => {
                prose.push_str(&without_spans(line));
                prose.push('\n');
            }
        }
    }
    assert_eq!(fence, None, "a fence is never closed: {markdown}");
    prose
}

/// A line without its code spans: what stands between two runs of as many backticks.
fn without_spans(line: &str) -> String {
    let mut kept = String::new();
    let mut rest = line;
    while let Some((before, ticked)) = rest.find('`').map(|at| rest.split_at(at)) {
        kept.push_str(before);
        let inner = ticked.trim_start_matches('`');
        let ticks = ticked.len() - inner.len();
        rest = runs(inner)
            .find(|(_, length)| *length == ticks)
            .map_or(inner, |(at, length)| &inner[at + length..]);
    }
    kept + rest
}

/// The runs of backticks in a text: where each begins, and how long it is.
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let is_first = |at: &usize| !text[..*at].ends_with('`');
    let starts = text.match_indices('`').map(|(at, _)| at).filter(is_first);
    starts.map(|at| {
        let run = &text[at..];
        (at, run.len() - run.trim_start_matches('`').len())
    })
}

#[test]
fn hostile_words_stay_in_their_fences() {
    let hostile = [
        "```\n# MARK @acme/everyone",
        "````` MARK ``` MARK",
        "<!-- MARK --> <script>MARK</script>",
        "[MARK](https://evil.example) ![MARK](https://evil.example/x.png)",
        "MARK | MARK \\| `MARK` ``MARK",
    ];
    for words in hostile {
        let shop = Shop::new();
        let quoted = serde_json::to_string(words).unwrap();
        let git = shop.pull_request();
        let text = shop::service("cart", "checkout", 7);
        let text = text.replace("relations:", &format!("  note: {quoted}\nrelations:"));
        git.write(CART, format!("title: {quoted}\n{text}"));
        let text = format!("action: announce\nentity: cart\ninputs: {{words: {quoted}}}\n");
        git.write("catalog/requests/announce-1.yaml", text);
        git.commit(words);
        let asked = ["plan", "--base", "main", "--head", "pr", "--actor", "lin"];
        let plan = shop.run(&[&asked[..], &["--format", "markdown"]].concat());
        let markdown = plan.exits(0);
        assert!(markdown.contains("MARK"), "{markdown}");
        assert!(!prose(markdown).contains("MARK"), "{words:?}: {markdown}");
        let plan = shop.run(&[&asked[..], &["--full"]].concat());
        let text = plan.exits(0);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    }
}

#[test]
fn an_outcome_that_was_edited_is_no_plan() {
    let shop = busy();
    let plan = made(&shop, &[]);
    let edited = plan.replacen("\"outcome\":\"allowed\"", "\"outcome\":\"denied\"", 1);
    assert_ne!(edited, plan);
    shop.git.write("edited.json", edited);
    let told = shop.run(&["show", "edited.json"]);
    told.says("it was changed by hand").exits(2);
    let verify = shop.run(&["verify", "edited.json", "--against", "main"]);
    verify.says("it was changed by hand").exits(2);
}

#[test]
fn a_comment_without_a_plan_says_what_to_fetch() {
    let shop = busy();
    let plan = shop.run(&[
        "plan", "--base", "nowhere", "--head", "pr", "--format", "markdown",
    ]);
    let comment = plan.stdout.as_str();
    assert!(
        comment.starts_with("<!-- catalogc:plan -->\n### no plan"),
        "{comment}"
    );
    assert!(
        comment.contains("`git fetch origin nowhere:nowhere`"),
        "{comment}"
    );
    plan.exits(2);
    let plan = shop.run(&["plan", "--base", "main", "--head", "main..pr"]);
    plan.says("these are two, for `--base main --head pr`")
        .exits(2);
}
