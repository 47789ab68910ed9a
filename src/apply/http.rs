//! The HTTP engine: one request, one answer.
//!
//! In: the resolved mapping `{method, url, headers, body}` of a call. Out: an [`Attempt`]: what
//! the backend said, or whether it can have heard us at all. Connects only to hosts that the
//! plan lists and to addresses that were looked at, follows no redirect, asks no proxy of the
//! environment, and ends in bounded time with a bounded answer. Knows nothing of contracts.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::HeaderMap;
use ureq::http::Response;
use ureq::http::StatusCode;
use ureq::http::Uri;
use ureq::http::header::RETRY_AFTER;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::resolver::ResolvedSocketAddrs;
use ureq::unversioned::resolver::Resolver;
use ureq::unversioned::transport::ConnectionDetails;
use ureq::unversioned::transport::Connector;
use ureq::unversioned::transport::NextTimeout;
use ureq::unversioned::transport::RustlsConnector;
use ureq::unversioned::transport::TcpConnector;
use ureq::unversioned::transport::Transport;

use crate::apply::address::is_public;
use crate::apply::attempt::Again;
use crate::apply::attempt::Answer;
use crate::apply::attempt::Attempt;
use crate::apply::attempt::RetryAfter;
use crate::apply::http::request::Request;

mod request;

/// The most bytes of an answer's status and headers.
const HEADERS_MAX: usize = 32 * 1024;

/// How long and how much an answer may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// From the first byte to a connection that is secured.
    pub(super) connect: Duration,
    /// From the first byte to the last.
    pub(super) total: Duration,
    /// Bytes of the answer's body.
    pub(super) body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(30),
            body: 1024 * 1024,
        }
    }
}

/// Sends requests to the hosts that a plan lists.
#[derive(Debug, Clone, Copy)]
pub(super) struct Http<'a> {
    pub(super) hosts: &'a BTreeMap<String, Option<String>>,
    pub(super) limits: Limits,
}

impl Http<'_> {
    /// The same with no more time than `longest`.
    pub(super) fn within(mut self, longest: Duration) -> Self {
        self.limits.total = self.limits.total.min(longest);
        self
    }

    /// Sends the request that `value` is.
    pub(super) fn send(&self, value: &Json) -> Attempt {
        let request = match Request::read(value, self.hosts) {
            Ok(request) => request,
            Err(why) => return Attempt::Refused(why),
        };
        let connected = Connected::default();
        let host = request.uri.host().unwrap_or_default().to_owned();
        let agent = self.agent(request.is_mapped, &connected);
        let Request {
            method,
            uri,
            headers,
            body,
            ..
        } = request;
        let sent = match body {
            Some(body) => agent.run(message(method, uri, headers, body)),
            None => agent.run(message(method, uri, headers, ())),
        };
        match sent {
            Ok(response) => self.answer(response),
            Err(error) if connected.is_so() => broken(&error),
            Err(error) => unconnected(&error, &host),
        }
    }

    /// A client of its own for each request: no connection of an earlier one is used again,
    /// so that a connection which the backend closed is never mistaken for one that was not
    /// made, and [`Connected`] speaks of this request alone.
    fn agent(&self, is_mapped: bool, connected: &Connected) -> Agent {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("catalogc/", env!("CARGO_PKG_VERSION")))
            .max_response_header_size(HEADERS_MAX)
            .max_idle_connections(0)
            .timeout_resolve(Some(self.limits.connect))
            .timeout_connect(Some(self.limits.connect))
            .timeout_global(Some(self.limits.total))
            .build();
        let connector =
            ().chain(TcpConnector::default())
                .chain(RustlsConnector::default())
                .chain(connected.clone());
        let resolver = CheckedResolver {
            inner: DefaultResolver::default(),
            is_mapped,
        };
        Agent::with_parts(config, connector, resolver)
    }

    fn answer(&self, response: Response<ureq::Body>) -> Attempt {
        let (parts, body) = response.into_parts();
        let too_large = || {
            Attempt::Spoiled(format!(
                "the answer is larger than {} bytes",
                self.limits.body
            ))
        };
        let most = self.limits.body as u64;
        if body.content_length().is_some_and(|length| length > most) {
            return too_large();
        }
        // One byte more than allowed, so that an answer of just that size is not refused.
        let bytes = match body.into_with_config().limit(most + 1).read_to_vec() {
            Ok(bytes) if bytes.len() as u64 > most => return too_large(),
            Ok(bytes) => bytes,
            Err(ureq::Error::BodyExceedsLimit(_)) => return too_large(),
            Err(error) => return broken(&error),
        };
        let status = parts.status;
        let mut fields = Map::new();
        fields.insert("status".to_owned(), json!(status.as_u16()));
        fields.insert("headers".to_owned(), headers_of(&parts.headers));
        fields.insert("body".to_owned(), body_of(&bytes));
        Attempt::Answer(Answer {
            fields,
            is_success: status.is_success(),
            words: status_words(status),
            short: status.as_u16().to_string(),
            again: again(status, &parts.headers),
        })
    }
}

fn message<B>(
    method: ureq::http::Method,
    uri: Uri,
    headers: HeaderMap,
    body: B,
) -> ureq::http::Request<B> {
    let mut message = ureq::http::Request::new(body);
    *message.method_mut() = method;
    *message.uri_mut() = uri;
    *message.headers_mut() = headers;
    message
}

fn headers_of(headers: &HeaderMap) -> Json {
    let mut all: BTreeMap<String, Json> = BTreeMap::new();
    for name in headers.keys() {
        let values = headers.get_all(name).iter();
        let values: Vec<_> = values
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        all.insert(name.as_str().to_owned(), values.join(", ").into());
    }
    Json::Object(all.into_iter().collect())
}

/// JSON where it is JSON, nothing where there is nothing, else a text.
fn body_of(bytes: &[u8]) -> Json {
    if bytes.is_empty() {
        return Json::Null;
    }
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned().into())
}

fn status_words(status: StatusCode) -> String {
    let mut words = status.as_u16().to_string();
    if let Some(reason) = status.canonical_reason() {
        words.push(' ');
        words.push_str(reason);
    }
    if status.is_redirection() {
        words.push_str(", redirects are not followed");
    }
    words
}

fn again(status: StatusCode, headers: &HeaderMap) -> Again {
    let rejected = match status.as_u16() {
        425 | 429 => true,
        408 | 500 | 502 | 503 | 504 => false,
        _ => return Again::Never,
    };
    let after = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    Again::May {
        after: after.and_then(retry_after),
        rejected,
    }
}

/// `120`, or `Wed, 21 Oct 2015 07:28:00 GMT`.
fn retry_after(text: &str) -> Option<RetryAfter> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(RetryAfter::Seconds(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(RetryAfter::At(date.timestamp().as_second()))
}

/// What went wrong once there was a connection: the request may have arrived.
fn broken(error: &ureq::Error) -> Attempt {
    match error {
        ureq::Error::LargeResponseHeader(..) => Attempt::Spoiled(format!(
            "the headers of the answer are larger than {HEADERS_MAX} bytes"
        )),
        ureq::Error::Timeout(_) => Attempt::MaybeSent("no answer in time".to_owned()),
        ureq::Error::Io(error) => Attempt::MaybeSent(format!("the connection broke: {error}")),
        other => Attempt::MaybeSent(format!("no answer that is HTTP: {other}")),
    }
}

/// What went wrong before there was a connection: nothing was sent.
fn unconnected(error: &ureq::Error, host: &str) -> Attempt {
    match error {
        ureq::Error::Other(other) => match other.downcast_ref::<NotPublic>() {
            Some(NotPublic(address)) => Attempt::Refused(format!(
                "`{host}` is at {address}, which is not a public address"
            )),
            None => Attempt::NotSent(format!("`{host}` cannot be reached: {other}")),
        },
        ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::Protocol(_) => {
            Attempt::Refused(format!("the request cannot be sent: {error}"))
        }
        ureq::Error::HostNotFound => Attempt::NotSent(format!("`{host}` is not found")),
        ureq::Error::Timeout(_) => Attempt::NotSent(format!("`{host}` does not answer in time")),
        ureq::Error::Io(error) => Attempt::NotSent(format!("`{host}` cannot be reached: {error}")),
        other => Attempt::NotSent(format!("`{host}` cannot be reached: {other}")),
    }
}

/// Stands last in the chain of connectors: whether there is a connection on which a byte of
/// the request can have been sent. TLS is agreed on before this one is asked.
#[derive(Debug, Clone, Default)]
struct Connected(Arc<AtomicBool>);

impl Connected {
    fn is_so(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl<In: Transport> Connector<In> for Connected {
    type Out = In;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<In>, ureq::Error> {
        self.0.store(true, Ordering::SeqCst);
        Ok(chained)
    }
}

/// A name led to an address where no backend should be.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not a public address")]
struct NotPublic(IpAddr);

/// Resolves a name and looks at all of its addresses. The connection is made to one of those
/// that were looked at: a name that changes its answer changes nothing.
#[derive(Debug)]
struct CheckedResolver {
    inner: DefaultResolver,
    is_mapped: bool,
}

impl Resolver for CheckedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let addresses = self.inner.resolve(uri, config, timeout)?;
        let mut refused = addresses.iter().filter(|it| !is_public(it.ip()));
        match refused.next() {
            Some(refused) if !self.is_mapped => {
                Err(ureq::Error::Other(Box::new(NotPublic(refused.ip()))))
            }
            _ => Ok(addresses),
        }
    }
}

#[cfg(test)]
mod tests;
