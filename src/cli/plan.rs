//! `catalogc plan`: what merging would do. `catalogc show` renders a saved plan the same way.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::check::summary;
use crate::cli::merge::{Made, Sides, account, accounts, approval, login, moment};
use crate::cli::show::read;
use crate::cli::unsettled::told;
use crate::cli::{Exit, Failure, Output, Terminal, Written};
use crate::compile::Compiled;
use crate::derive;
use crate::model::Catalog;
use crate::model::Moment;
use crate::model::settings::Freeze;
use crate::plan::Spent;
use crate::plan::expired::Wanted;
use crate::plan::file::{CLOCK, PlanFile};
use crate::plan::since::since;
use crate::policy::Rules;
use crate::render;
use crate::render::{Checked, Detail, View};
use crate::source::git::Repository;
use crate::text::visible;

/// What merging would do
#[derive(Debug, clap::Args)]
#[command(
    after_help = "catalogc plan --base main --head pr-412 --actor lin --out plan.json\n\
    catalogc plan --expired --now 2026-11-22T14:00:00Z"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) question: Question,
    /// What has expired in --base (HEAD) at --now: nothing is merged, the clock asks
    #[arg(long, requires = "now", conflicts_with_all = ["head", "actor", "approval", "actor_id"])]
    expired: bool,
    #[command(flatten)]
    time: Time,
    #[command(flatten)]
    pub(super) form: Form,
    /// An earlier plan of this pull request: says what changed since
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// Where to save the plan
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The options that share a line of help.
const SIDES: &str = "--base REV --head REV";
const DETAIL: &str = "--short, --full";

/// Which merge is meant, who asks, and who agreed.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Question {
    /// Tips of the target branch, whose rules judge, and of the pull request
    #[arg(long, value_name = "REV", help_heading = SIDES)]
    pub(super) base: Option<String>,
    // Shares the line of help above.
    #[arg(long, value_name = "REV", default_value = "HEAD", help_heading = SIDES)]
    pub(super) head: String,
    /// Who asks; repeat for everyone who pushed
    #[arg(long, value_name = "LOGIN", value_parser = login)]
    pub(super) actor: Vec<String>,
    /// Who approved, and what they saw; repeat
    #[arg(long, value_name = "LOGIN@REV", value_parser = approval)]
    pub(super) approval: Vec<(String, String)>,
    /// The forge's number of a login above, which nobody else ever gets; repeat
    #[arg(long, value_name = "LOGIN=ID", value_parser = account)]
    pub(super) actor_id: Vec<(String, String)>,
}

/// When the rules are asked; what is run reads the clock instead.
#[derive(Debug, clap::Args)]
pub(super) struct Time {
    /// The moment of the question: who is a member, what is frozen, `context.now`
    #[arg(long, value_name = "RFC3339", value_parser = moment)]
    pub(super) now: Option<Moment>,
}

/// The rules as they are asked at a moment, without which whatever depends on it would be denied.
pub(super) fn timed(rules: Rules<'_>, now: Option<Moment>) -> Result<Rules<'_>, Failure> {
    if let (Some(message), None) = (rules.needs_now(), now) {
        return Err(moment_needed(message));
    }
    Ok(rules.at(now))
}

/// That nobody can tell what is frozen without knowing which moment it is.
pub(super) fn frozen(freeze: Option<&Freeze>, now: Option<Moment>) -> Result<(), Failure> {
    match (freeze, now) {
        (Some(freeze), None) => Err(moment_needed(format!(
            "the settings have the freeze `{}`, so it matters when it is asked",
            freeze.name.value
        ))),
        _ => Ok(()),
    }
}

/// That nobody can tell what a computed property is that counts from the moment it is asked at.
pub(super) fn counted(catalog: &Catalog, now: Option<Moment>) -> Result<(), Failure> {
    match (derive::reads_now(catalog), now) {
        (Some(name), None) => Err(moment_needed(format!(
            "`{name}` counts from the present moment, so it matters when it is asked"
        ))),
        _ => Ok(()),
    }
}

fn moment_needed(message: String) -> Failure {
    Failure::new(message).help("say when it is: `--now 2026-11-22T14:00:00Z`, or in a workflow `--now \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"`")
}

/// How a plan is printed.
#[derive(Debug, clap::Args)]
pub(super) struct Form {
    /// How to print the plan
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// One line a step; every rule, fact, input and call
    #[arg(long, conflicts_with = "full", help_heading = DETAIL)]
    short: bool,
    // Shares the line of help above.
    #[arg(long, help_heading = DETAIL)]
    full: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For the pull request
    Markdown,
    /// One page to be opened in a browser
    Html,
    /// For programs: the plan file
    Json,
    /// For GitHub: outputs, then the job summary
    Github,
}

impl Form {
    pub(super) fn detail(&self) -> Detail {
        match (self.short, self.full) {
            (true, _) => Detail::Short,
            (_, true) => Detail::Full,
            _ => Detail::Normal,
        }
    }

    /// A plan in the form that was asked for.
    pub(super) fn render(&self, plan: &PlanFile, terminal: Terminal) -> String {
        match self.format {
            Format::Text => render::plan_text(
                plan,
                &View {
                    detail: self.detail(),
                    color: terminal.color,
                    stale: None,
                },
            ),
            Format::Markdown => render::plan_markdown(plan),
            Format::Html => render::plan_html(plan),
            Format::Json => render::plan_json(plan),
            Format::Github => render::plan_github(plan).summary,
        }
    }

    /// A plan in that form: for programs as it is, for people as it is shown to them.
    pub(super) fn told(&self, plan: &PlanFile, shown: &PlanFile, terminal: Terminal) -> String {
        match self.format {
            Format::Json => self.render(plan, terminal),
            _ => self.render(shown, terminal),
        }
    }

    /// What the runner of a workflow is told, by the variable that names the file for it.
    pub(super) fn appended(&self, plan: &PlanFile) -> Vec<(&'static str, String)> {
        if self.format != Format::Github {
            return Vec::new();
        }
        let told = render::plan_github(plan);
        vec![
            ("GITHUB_OUTPUT", told.outputs),
            ("GITHUB_STEP_SUMMARY", told.summary),
        ]
    }

    /// Whether people read it.
    pub(super) fn is_text(&self) -> bool {
        self.format == Format::Text
    }
}

impl Question {
    /// The plan, or the findings that stop it from being made.
    fn plan(&self, now: Option<Moment>, previous: Option<PlanFile>) -> Result<Made, Failure> {
        self.sides()?.at(now).since(previous).telling_rights().plan(
            &self.actors(),
            &self.approval,
            &Spent::default(),
        )
    }

    /// A plan as people read it: with which of its entities are unsettled. The plan itself is of
    /// two commits alone, and its bytes say nothing of that.
    pub(super) fn told(&self, plan: &PlanFile, terminal: Terminal) -> Result<PlanFile, Failure> {
        let mut shown = plan.clone();
        if self.base.is_none() {
            return Ok(shown);
        }
        if let Some((repository, ..)) = self.sides()?.commits() {
            shown.notices.splice(0..0, told(repository, plan, terminal));
        }
        Ok(shown)
    }

    /// The plan of what has expired, or the findings that stop it from being made.
    fn expired(&self, now: Moment, previous: Option<PlanFile>) -> Result<Made, Failure> {
        let base = self.base.as_deref().unwrap_or("HEAD");
        let wanted = Wanted { now, only: None };
        let sides = Sides::open(base, base)?.at(Some(now));
        let made = sides.expired(&wanted, &[CLOCK.to_owned()])?;
        Ok(made.map(|mut plan| {
            plan.since = previous.map(|previous| since(&previous, &plan));
            plan
        }))
    }

    /// Who asks, then who pushed, each named once: a forge names an author who pushed twice.
    pub(super) fn actors(&self) -> Vec<String> {
        let mut actors = self.actor.clone();
        let mut named = BTreeSet::new();
        actors.retain(|login| named.insert(login.clone()));
        actors
    }

    /// The two sides of the merge.
    pub(super) fn sides(&self) -> Result<Sides, Failure> {
        let base = self.base.as_deref().ok_or_else(|| {
            Failure::new("`--base` is missing: the tip of the target branch")
                .help("name it as in `--base main`")
        })?;
        let approvers = self.approval.iter().map(|(login, _)| login);
        let named = self.actor.iter().chain(approvers).map(String::as_str);
        let accounts = accounts(&self.actor_id, &named)?;
        Ok(Sides::open(base, &self.head)?.knowing(accounts))
    }
}

impl Arguments {
    /// The question, for people who name no base with the branch that pull requests of this clone
    /// go to. A program names its base: what it goes on with must not hang on a clone.
    fn asked(&self, terminal: Terminal) -> Question {
        let mut question = self.question.clone();
        let is_for_people = self.form.is_text() && self.out.is_none() && self.previous.is_none();
        if question.base.is_none() && is_for_people && !self.expired {
            let target = Repository::discover(Path::new(".")).ok();
            let target = target.and_then(|repository| repository.target());
            question.base = target.map(|(rev, _)| rev);
            if let Some(base) = &question.base {
                let (base, head) = (visible(base), visible(&question.head));
                terminal.say(&format!(
                    "`{head}` into `{base}`, where pull requests of this clone go; else `--base REV`"
                ));
            }
        }
        question
    }
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let is_comment = matches!(arguments.form.format, Format::Markdown | Format::Github);
    output(arguments, terminal).map_err(|failure| Failure {
        // The comment of the plan before must not stay, and says what can be done now.
        instead: is_comment
            .then(|| render::unmade_markdown(&failure.message, failure.help.as_deref())),
        ..failure
    })
}

fn output(arguments: &Arguments, terminal: Terminal) -> Result<Output, Failure> {
    let previous = arguments.previous.as_deref().map(read).transpose()?;
    let question = arguments.asked(terminal);
    let made = match arguments.time.now.filter(|_| arguments.expired) {
        Some(now) => question.expired(now, previous),
        None => question.plan(arguments.time.now, previous),
    };
    let plan = match made? {
        Ok(plan) => plan,
        Err(broken) => {
            let told = unplanned(&broken, &question, &arguments.form);
            return Ok(told.unwrap_or_else(|| findings(&broken, terminal)));
        }
    };
    let shown = question.told(&plan, terminal)?;
    let text = arguments.form.told(&plan, &shown, terminal);
    let written = arguments.out.iter().map(|path| Written {
        path: path.clone(),
        bytes: render::plan_json(&plan).into_bytes(),
    });
    Ok(Output {
        files: written.collect(),
        appended: arguments.form.appended(&shown),
        ..Output::new(text, Exit::Fine)
    })
}

/// The findings of a result that cannot be planned, in words.
pub(super) fn findings(compiled: &Compiled, terminal: Terminal) -> Output {
    let text = render::findings(
        &compiled.snapshot,
        &compiled.findings,
        terminal.color,
        &summary(compiled),
    );
    Output::new(text, Exit::Found)
}

/// The same in the form that was asked for: a comment takes the place of the plan before.
pub(super) fn unplanned(compiled: &Compiled, question: &Question, form: &Form) -> Option<Output> {
    if !matches!(form.format, Format::Markdown | Format::Github) {
        return None;
    }
    let summary = summary(compiled);
    let checked = Checked {
        snapshot: &compiled.snapshot,
        findings: &compiled.findings,
        baselined: &[],
        summary: &summary,
        root: "",
    };
    let sides = (
        question.head.as_str(),
        question.base.as_deref().unwrap_or("HEAD"),
    );
    let text = render::findings_markdown(&checked, &compiled.root, sides);
    let appended = match form.format {
        Format::Github => vec![("GITHUB_STEP_SUMMARY", text.clone())],
        _ => Vec::new(),
    };
    Some(Output {
        appended,
        ..Output::new(text, Exit::Found)
    })
}
