using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>
/// Whatever is sent to whatever endpoint of the server as it is run: the answer is never that the server failed.
/// </summary>
public sealed partial class WhenInputIsHostile(HostInProcess server) : IClassFixture<HostInProcess>
{
    // Where nothing is mapped.
    private static readonly string[] Elsewhere =
    [
        "/", "/api", "/api//v1", "/api/v1", "/api/v1/nothing", "/health", "/metrics/x", "/openapi", "/%00",
        "/%2e%2e/admin.token",
    ];

    private static readonly string[] Names =
    [
        "cart", "cart.production", "cart.production.1", "cart.production.0", "cart.production.-1",
        "cart.production.99999999999999999999", "..", "%2e%2e", "%00", "%0d%0aX-Y:%201", "a%2fb", "%F0%9F%92%A3",
        "%ff%fe",
        "{id}", "'%3B%20DROP%20TABLE%20row%3B--", "CART.PRODUCTION", new string('a', 64), new string('a', 3000), "%20",
        "<script>", "*", "a.b.c.d.e",
    ];

    private static readonly string[] Queries =
    [
        "", "?dryRun=maybe", "?dryRun=true&dryRun=false", "?dryRun=", "?limit=0", "?limit=-1",
        "?limit=999999999999999999",
        "?limit=x", "?after=%00", "?after=" + new string('z', 3000), "?phase=Nonsense", "?phase=1",
        "?service=..&environment=%00",
        "?environment=" + new string('e', 200), "?%00=%00", "?after='%20OR%201=1", "?rollout=x", "?limit=1&limit=2",
        "?after=-9223372036854775808", "?after=9223372036854775807",
    ];

    private static readonly (string Type, byte[] Bytes)[] Bodies =
    [
        ("application/json", []),
        ("application/json", "{"u8.ToArray()),
        ("application/json", "null"u8.ToArray()),
        ("application/json", "[]"u8.ToArray()),
        ("application/json", "\"text\""u8.ToArray()),
        ("application/json", "{}"u8.ToArray()),
        ("application/json", """{"service":null,"environment":null,"version":null}"""u8.ToArray()),
        ("application/json", """{"service":1,"environment":[],"version":{}}"""u8.ToArray()),
        ("application/json", """{"service":"..","environment":"A B","version":"\u0000"}"""u8.ToArray()),
        ("application/json", """{"service":"cart","environment":"e","version":"1","digest":"x"}"""u8.ToArray()),
        ("application/json", """{"service":"cart","environment":"production","version":"\ud800"}"""u8.ToArray()),
        ("application/json", """{"reason":1,"unknown":true}"""u8.ToArray()),
        ("application/json", """{"reason":"\u0000\u0007"}"""u8.ToArray()),
        ("application/json", Text($$"""{"reason":"{{new string('r', 5000)}}"}""")),
        ("application/json", Text(new string('[', 5000))),
        ("application/json", Text("{\"a\":" + new string('9', 5000) + "}")),
        ("application/json", [0xff, 0xfe, 0x00, 0xd8]),
        ("application/json; charset=utf-99", "{}"u8.ToArray()),
        ("application/json", Text($$"""{"reason":"{{new string('r', 20_000)}}"}""")),
        ("application/json", """{"file":"x","yaml":1}"""u8.ToArray()),
        ("application/json", """{"file":"x","yaml":null}"""u8.ToArray()),
        ("application/xml", "<x/>"u8.ToArray()),
        ("application/yaml", [0x00, 0xff, 0xc0, 0x80]),
        ("application/yaml", "a: &a [*a, *a]"u8.ToArray()),
        ("application/yaml", Text(string.Concat(Enumerable.Repeat("- ", 5000)))),
        ("application/yaml", "!!python/object/apply:os.system ['x']"u8.ToArray()),
        ("application/yaml", "---\n---\n---\n"u8.ToArray()),
        ("application/yaml", "\t\t: {[}"u8.ToArray()),
        ("multipart/form-data", "x"u8.ToArray()),
        ("", "{}"u8.ToArray()),
    ];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("Idempotency-Key", ""), ("Idempotency-Key", new string('k', 500)), ("Idempotency-Key", "a b"),
        ("If-Match", "nonsense"), ("If-Match", "\"a\", \"b\""), ("If-None-Match", "x"), ("If-Match", "*"),
        ("Last-Event-ID", "x"), ("Last-Event-ID", "-1"), ("Last-Event-ID", "99999999999999999999"),
        ("Accept", "nothing/at-all"), ("Accept-Encoding", "\u007f"), ("Expect", "x"), ("Content-Encoding", "gzip"),
        ("X-HTTP-Method-Override", "DELETE"),
    ];

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/api/v1/manifests")]
    [InlineData("/api/v1/events")]
    public void Every_kind_of_endpoint_is_among_those_that_are_tried(string pattern) =>
        Assert.Contains(Endpoints.Of(server.Services), endpoint => endpoint.Pattern == pattern);

    [Fact]
    public Task No_name_makes_the_server_fail() => ForAll(
        from endpoint in Mapped().Where(endpoint => endpoint.Pattern.Contains('{'))
        from name in Names
        select (endpoint.Method, Fill(endpoint.Pattern, name), (HttpContent?)null, default((string, string)?)));

    [Fact]
    public Task No_query_makes_the_server_fail() => ForAll(
        from endpoint in Mapped()
        from query in Queries
        select (endpoint.Method, Fill(endpoint.Pattern, "cart") + query, (HttpContent?)null,
            default((string, string)?)));

    [Fact]
    public Task No_body_makes_the_server_fail() => ForAll(
        from endpoint in Mapped().Where(endpoint => endpoint.Method == "POST")
        from body in Bodies
        select (endpoint.Method, Fill(endpoint.Pattern, "cart.production.1"), Content(body.Type, body.Bytes),
            default((string, string)?)));

    [Fact]
    public Task No_header_makes_the_server_fail() => ForAll(
        from endpoint in Mapped()
        from header in Headers
        select (endpoint.Method, Fill(endpoint.Pattern, "cart"), (HttpContent?)null, ((string, string)?)header));

    [Fact]
    public Task No_method_makes_the_server_fail() => ForAll(
        from endpoint in Mapped()
        from method in new[] { "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "HEAD", "NONSENSE" }
        select (method, Fill(endpoint.Pattern, "cart"), (HttpContent?)null, default((string, string)?)));

    [Fact]
    public async Task A_body_over_the_bound_is_told_so()
    {
        var tooMuch = Content("application/json", Text($$"""{"reason":"{{new string('r', 20_000)}}"}"""));
        using var answer = await server.Client.PostAsync(
            new Uri("/api/v1/rollouts/cart.production.1/pause", UriKind.Relative), tooMuch);
        Assert.Equal(System.Net.HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("body-too-large", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private IEnumerable<(string Method, string Pattern)> Mapped() => Endpoints.Of(server.Services)
        .Select(endpoint => (endpoint.Method, endpoint.Pattern))
        .Concat(Elsewhere.Select(path => ("POST", path)));

    private async Task ForAll(
        IEnumerable<(string Method, string Path, HttpContent? Body, (string Name, string Value)? Header)> requests)
    {
        var sent = 0;
        foreach (var (method, path, body, header) in requests)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
            if (header is { } extra) request.Headers.TryAddWithoutValidation(extra.Name, extra.Value);
            using var patience = new CancellationTokenSource(Eventually.Patience);
            // Only the head: a stream of events has no end.
            using var response = await server.Client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var sentBody = body is null
                ? "" : $"{body.Headers.ContentType} {Encoding.UTF8.GetString(await body.ReadAsByteArrayAsync())}";
            Assert.True(
                (int)response.StatusCode < 500,
                $"{method} {path} {header} {sentBody}: {response.StatusCode}");
            Assert.True(
                response.IsSuccessStatusCode || (int)response.StatusCode == 304 || method == "HEAD"
                || response.Content.Headers.ContentType?.MediaType == "application/problem+json"
                || response.Content.Headers.ContentLength == 0,
                $"{method} {path}: {response.StatusCode} without a problem");
            sent++;
        }

        Assert.True(sent > 50, "too little was sent to mean anything");
    }

    private static string Fill(string pattern, string name) => Parameter().Replace(pattern, _ => name);

    private static HttpContent? Content(string type, byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        if (MediaTypeHeaderValue.TryParse(type, out var known)) content.Headers.ContentType = known;
        return content;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
