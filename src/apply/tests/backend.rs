//! A backend on the loopback: remembers what it was sent, and answers as a test says.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::Value as Json;

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn key(&self) -> &str {
        self.header("idempotency-key").unwrap_or_default()
    }
}

/// What the backend does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Json(u16, Json),
    Headers(u16, Vec<(&'static str, String)>, String),
    /// Takes the request and closes the connection without a word.
    Hangup,
    /// Takes the request and says nothing until the other side gives up.
    Silence,
    /// Says exactly this.
    Raw(Vec<u8>),
    /// Says a byte of this now and then, until the other side gives up.
    Drip(Vec<u8>),
}

pub(crate) struct Backend {
    pub(crate) port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Backend {
    pub(crate) fn start(reply: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let (log, stopped, reply) = (Arc::clone(&received), Arc::clone(&stop), Arc::new(reply));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (log, reply) = (Arc::clone(&log), Arc::clone(&reply));
                std::thread::spawn(move || serve(&stream.unwrap(), &log, &*reply));
            }
        });
        Self {
            port,
            received,
            stop,
            thread: Some(thread),
        }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(
    stream: &TcpStream,
    log: &Mutex<Vec<Received>>,
    reply: &(dyn Fn(&Received) -> Reply + Send + Sync),
) {
    let Some(received) = read(stream) else {
        return;
    };
    log.lock().unwrap().push(received.clone());
    let mut out = stream;
    // The other side may have gone; that is its own affair.
    match reply(&received) {
        Reply::Json(status, body) => {
            let _ = out.write_all(&answer(status, &[], &body.to_string()));
        }
        Reply::Headers(status, headers, body) => {
            let _ = out.write_all(&answer(status, &headers, &body));
        }
        Reply::Raw(bytes) => {
            let _ = out.write_all(&bytes);
        }
        Reply::Hangup => {}
        Reply::Silence => {
            let _ = out.read(&mut [0; 1]);
        }
        Reply::Drip(bytes) => {
            let pause = std::time::Duration::from_millis(20);
            for byte in bytes {
                // Wakes at once when the other side closes.
                let _ = stream.set_read_timeout(Some(pause));
                if matches!(out.read(&mut [0; 1]), Ok(0)) || out.write_all(&[byte]).is_err() {
                    return;
                }
            }
        }
    }
}

fn answer(status: u16, headers: &[(&'static str, String)], body: &str) -> Vec<u8> {
    let mut lines = vec![format!("HTTP/1.1 {status} x\r\nConnection: close")];
    lines.extend(
        headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}")),
    );
    if status != 204 {
        lines.push(format!("Content-Length: {}", body.len()));
    }
    format!("{}\r\n\r\n{body}", lines.join("\r\n")).into_bytes()
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received {
        method,
        path,
        headers,
        body: String::from_utf8(body).unwrap(),
    })
}
