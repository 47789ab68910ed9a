//! `catalogc policy show`: the rules as Cedar, and what they can speak of.

use std::path::Path;

use clap::ValueEnum;

use crate::cli::ask::hide::Hider;
use crate::cli::{Directory, Exit, Failure, Output, failure, open};
use crate::compile::Compiled;
use crate::policy::{About, Rules, Written, WrittenAs};
use crate::render::why::Place;
use crate::render::{PolicyRule, policies_json, policies_text};
use crate::source::git::Repository;
use crate::text::{choose, visible};

/// The rules as Cedar
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc policy show deploy\n    catalogc policy show catalog/actions/deploy.yaml:12\n    catalogc policy show --schema > catalog.cedarschema"
)]
pub(super) struct Arguments {
    /// `show`: what the rules are in Cedar's words, short forms too
    #[arg(value_name = "show", value_enum, hide = true)]
    _what: What,
    /// The rules about an action, of a file, or at a line; without it, all
    #[arg(value_name = "ACTION|FILE|FILE:LINE")]
    about: Option<String>,
    #[command(flatten)]
    directory: Directory,
    /// Look at a commit of the repository instead of the files on disk
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// What rules can speak of: types, attributes, actions; in Cedar's language of schemas
    #[arg(long, conflicts_with = "format")]
    schema: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Show,
}

/// How rules are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people and for Cedar's own tools
    Text,
    /// For programs, versioned
    Json,
}

pub(super) fn run(arguments: &Arguments) -> Result<Output, Failure> {
    let path = arguments.directory.path.as_path();
    // A folder in the first place is that of the catalog: no rule is a folder.
    let (about, path) = match arguments.about.as_deref() {
        Some(folder) if path == Path::new(".") && Path::new(folder).is_dir() => {
            (None, Path::new(folder))
        }
        about => (about, path),
    };
    let compiled = match &arguments.rev {
        None => open::directory(path)?,
        Some(rev) => {
            let repository = Repository::discover(path).map_err(failure)?;
            let commit = repository.resolve(rev).map_err(failure)?;
            open::commit(&repository, &commit, rev)?
        }
    };
    let (rules, _) = crate::policy::compile(&compiled.catalog, &compiled.graph, &compiled.snapshot);
    if arguments.schema {
        if let Some(about) = about {
            let message = format!("`{}` has no schema of its own", visible(about));
            return Err(
                Failure::new(message).help("leave it out: the schema is that of the catalog")
            );
        }
        let text = rules.schema_text().map_err(|why| {
            Failure::new(format!("the blueprints give no schema: {why}"))
                .help("`catalogc check` shows the place")
        })?;
        return Ok(Output::new(text.trim_end().to_owned() + "\n", Exit::Fine));
    }
    let meant = about.map_or(Ok(About::Everything), |written| {
        meant(written, &rules, &compiled)
    })?;
    let written = rules.as_cedar(meant);
    let hider = Hider::of(&compiled);
    let written = written.into_iter();
    let shown: Vec<PolicyRule> = written.map(|it| rule(it, &compiled, &hider)).collect();
    let text = match arguments.format {
        Format::Json => policies_json(&shown),
        Format::Text if shown.is_empty() => nothing(about, &compiled),
        Format::Text => policies_text(&shown),
    };
    Ok(Output::new(text, Exit::Fine))
}

/// Which rules a word means: an action, a file, or a line of one.
fn meant<'w>(
    written: &'w str,
    rules: &Rules<'_>,
    compiled: &Compiled,
) -> Result<About<'w>, Failure> {
    let actions = rules.action_names();
    if actions.contains(written) {
        return Ok(About::Action(written));
    }
    let is_file = |path: &str| compiled.snapshot.files().any(|(_, file)| file.path == path);
    if is_file(written) {
        return Ok(About::Place(written, None));
    }
    if let Some((file, line)) = written.rsplit_once(':')
        && let Ok(line) = line.parse()
        && is_file(file)
    {
        return Ok(About::Place(file, Some(line)));
    }
    let names: Vec<&str> = actions.iter().map(String::as_str).collect();
    let shown = visible(written);
    Err(
        Failure::new(format!("`{shown}` is no action and no file of the catalog"))
            .help(choose(written, &names)),
    )
}

fn nothing(about: Option<&str>, compiled: &Compiled) -> String {
    use crate::model::settings::Permissions;
    let what = about.map_or_else(String::new, |about| format!(" about {}", visible(about)));
    let then = match compiled.catalog.settings.permissions {
        Permissions::Open => "the catalog is open, so everyone may",
        Permissions::Enforced => "permissions are enforced, so nobody may",
    };
    format!("// no rule{what}: {then}\n")
}

fn rule(written: Written, compiled: &Compiled, hider: &Hider<'_>) -> PolicyRule {
    PolicyRule {
        place: Place::of(&compiled.snapshot, written.place),
        written_as: match written.written_as {
            WrittenAs::Policy => "policy",
            WrittenAs::Permission => "permission",
            WrittenAs::Approval => "approval",
        },
        actions: written.actions,
        effect: match (written.written_as, written.permits) {
            (WrittenAs::Approval, _) => "approve",
            (_, true) => "permit",
            (_, false) => "forbid",
        },
        title: written.title,
        by: written.by,
        cedar: written.cedar.map(|cedar| match written.written_as {
            WrittenAs::Approval => hider.expression(&cedar),
            WrittenAs::Policy | WrittenAs::Permission => hider.policy(&cedar),
        }),
        broken: written.broken.map(|why| hider.expression(&why)),
    }
}
