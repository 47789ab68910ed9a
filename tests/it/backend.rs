//! Services on loopback, for runs of the real program: workflows of GitHub Actions, and
//! endpoints that know a call by its Idempotency-Key.
//!
//! They count effects: a keyed call that is sent twice has one, a workflow that is dispatched
//! twice has two. A test says beforehand which requests fail, and how.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use serde_json::{Value as Json, json};

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// How a request fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is answered with this status and has no effect.
    Status(u16),
    /// It has its effect, and the connection is closed without an answer.
    Mute,
    /// It is refused with an answer that repeats its headers, and has no effect.
    Echo,
}

/// What the services remember.
#[derive(Debug, Default)]
struct World {
    received: Vec<Received>,
    /// What happened, by what was asked for and its key.
    effects: BTreeMap<(String, String), Vec<Received>>,
    /// Runs of workflows: the workflow and the key. A run's id is its place.
    runs: Vec<(String, String)>,
    /// The faults to come: what is in the path, how it fails, how often.
    faults: Vec<(String, Fault, u32)>,
}

/// The services, on a thread of their own.
pub(crate) struct Backend {
    port: u16,
    world: Arc<Mutex<World>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Backend {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let world = Arc::new(Mutex::new(World::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, stopped) = (Arc::clone(&world), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(stream) = stream {
                    let world = Arc::clone(&shared);
                    std::thread::spawn(move || serve(stream, &world));
                }
            }
        });
        Self {
            port,
            world,
            stop,
            thread: Some(thread),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Lets the next requests whose path has `part` in it fail, so many `times`.
    pub(crate) fn fail(&self, part: &str, fault: Fault, times: u32) {
        self.world().faults.push((part.to_owned(), fault, times));
    }

    /// All that was received, oldest first.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.world().received.clone()
    }

    /// How often each thing happened: `POST /scale` with a key is one thing. A keyed call that
    /// came again with other bytes counts as another.
    pub(crate) fn effects(&self) -> BTreeMap<String, Vec<usize>> {
        let mut counts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for ((what, _), sent) in &self.world().effects {
            counts.entry(what.clone()).or_default().push(sent.len());
        }
        counts
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread, which then sees that it is over.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(stream: TcpStream, world: &Mutex<World>) {
    let mut reader = BufReader::new(stream);
    let Some(received) = read(&mut reader) else {
        return;
    };
    let Some((status, body)) = world.lock().unwrap().answer(&received) else {
        return;
    };
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    // The other side may have been killed meanwhile.
    let _ = write!(
        reader.get_mut(),
        "HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
}

/// A whole request; nothing where the other side broke off.
fn read(reader: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let (method, rest) = first.split_once(' ')?;
    let path = rest.split(' ').next()?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or("0", String::as_str);
    let mut body = vec![0; length.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Received {
        method: method.to_owned(),
        path,
        headers,
        body: String::from_utf8(body).ok()?,
    })
}

impl World {
    /// The answer, or none where the connection is closed without one.
    fn answer(&mut self, received: &Received) -> Option<(u16, Json)> {
        self.received.push(received.clone());
        let fault = self
            .faults
            .iter_mut()
            .find(|(part, _, times)| *times > 0 && received.path.contains(part.as_str()));
        let fault = fault.map(|(_, fault, times)| {
            *times -= 1;
            *fault
        });
        if let Some(Fault::Status(status)) = fault {
            return Some((status, json!({"message": "not today"})));
        }
        if fault == Some(Fault::Echo) {
            return Some((422, json!({"message": received.headers})));
        }
        let answer = self.act(received);
        (fault != Some(Fault::Mute)).then_some(answer)
    }

    fn act(&mut self, received: &Received) -> (u16, Json) {
        let path = received.path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (received.method.as_str(), parts.as_slice()) {
            ("POST", ["repos", .., "workflows", workflow, "dispatches"]) => {
                let body: Json = serde_json::from_str(&received.body).unwrap_or_default();
                let key = body.pointer("/inputs/catalogc_key").and_then(Json::as_str);
                let key = key.unwrap_or_default().to_owned();
                self.runs.push(((*workflow).to_owned(), key.clone()));
                self.happens(received, key, true);
                (204, Json::Null)
            }
            ("GET", ["repos", .., "workflows", workflow, "runs"]) => {
                let runs = self.runs.iter().enumerate();
                let runs = runs.filter(|(_, (of, _))| of == workflow);
                let runs: Vec<Json> = runs.map(|(id, (of, key))| run(id, of, key)).collect();
                (200, json!({"workflow_runs": runs}))
            }
            ("GET", ["repos", .., "runs", id]) => {
                let id = id.parse().unwrap_or(usize::MAX);
                match self.runs.get(id) {
                    Some((of, key)) => (200, run(id, of, key)),
                    None => (404, Json::Null),
                }
            }
            ("POST" | "PUT", _) => {
                let key = received.headers.get("idempotency-key").cloned();
                self.happens(received, key.unwrap_or_default(), false);
                (
                    200,
                    json!({"id": "one", "url": "https://deploy.example/one"}),
                )
            }
            _ => (404, Json::Null),
        }
    }

    /// Notes an effect. One that is keyed is the same one when the same bytes come again.
    fn happens(&mut self, received: &Received, key: String, is_each: bool) {
        let what = format!("{} {}", received.method, received.path);
        let sent = self.effects.entry((what, key)).or_default();
        if is_each || !sent.contains(received) {
            sent.push(received.clone());
        }
    }
}

fn run(id: usize, workflow: &str, key: &str) -> Json {
    json!({
        "id": id,
        "display_title": format!("{workflow} {key}"),
        "status": "completed",
        "conclusion": "success",
        "html_url": format!("https://github.com/acme/ops/actions/runs/{id}"),
    })
}
