using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Files;

namespace OrleansRelease.EndToEnd.Tests.Telemetry;

public sealed class WhenLogsAreForMachines : IDisposable
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    private const string Password = "correct-horse-battery";

    private const string Lab = """
        apiVersion: orleansrelease/v1
        kind: Environment
        metadata: {name: lab}
        spec:
          connections:
            target: {process: {}}
            traffic: {yarp: {admin: "http://127.0.0.1:1/", token: {env: ROUTER_TOKEN}}}
            metrics: {http: {url: "http://127.0.0.1:1/"}}
        ---
        apiVersion: orleansrelease/v1
        kind: Service
        metadata: {name: cart}
        spec:
          workload: {process: {command: ["false"]}}
          strategy: {allAtOnce: {analysis: [restarts], verify: 1s}}
          rollback: {within: 1h}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("orel-logs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_line_is_an_object_that_names_what_it_is_about_and_none_holds_the_token()
    {
        await using var server = HostProgram.Start(
            "run", "--data", _folder, "--urls", "http://127.0.0.1:0", "--log-format", "json", "--log-level", "Trace");
        await server.PrintsAsync(", token in ");
        var token = AdminTokenFile.Read(Path.Combine(_folder, AdminTokenFile.Name));
        await ApplyAsync(token);
        await server.PrintsAsync("manifest Strategy/slow: Apply by admin");
        await AbortOneAsync(token);
        await server.PrintsAsync("rollout cart.lab.1: Abort by admin");
        server.Signal("TERM");
        Assert.Equal(0, await server.EndAsync());

        Assert.DoesNotContain(token, server.Out + server.Error, StringComparison.Ordinal);
        var lines = server.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(lines, line => Assert.True(line.GetProperty("time").TryGetDateTime(out _)));
        var applied = lines.Single(
            line => Text(line, "message") == "manifest Strategy/slow: Apply by admin, transition 1");
        Assert.Equal(
            ("Information", Trace, "manifest", "Strategy/slow", "admin"),
            (Text(applied, "level"), Text(applied, "traceId"), Text(applied, "kind"), Text(applied, "key"),
                Text(applied, "actor")));
        Assert.StartsWith("http/", Text(applied, "commandId"), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{16}$", Text(applied, "spanId"));
        var aborted = lines.Single(line => Text(line, "message").StartsWith(
            "rollout cart.lab.1: Abort by admin", StringComparison.Ordinal));
        Assert.Equal(
            ("rollout", "cart.lab.1", "cart", "lab"),
            (Text(aborted, "kind"), Text(aborted, "rollout"), Text(aborted, "service"),
                Text(aborted, "environment")));
    }

    [Theory]
    [InlineData("--postgres", "Host=127.0.0.1;Port=1;Database=orel;Username=orel;Password=" + Password, "127.0.0.1")]
    [InlineData("--otlp", "http://user:" + Password + "@127.0.0.1:4318", "OTEL_EXPORTER_OTLP_HEADERS")]
    public async Task What_was_given_in_confidence_is_not_repeated(string option, string value, string said)
    {
        await using var server = HostProgram.Start(
            "run", "--data", _folder, "--urls", "http://127.0.0.1:0", "--log-format", "json", "--log-level", "Trace",
            option, value);

        Assert.Equal(2, await server.EndAsync());
        Assert.Contains(said, server.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, server.Out + server.Error, StringComparison.Ordinal);
    }

    private Task ApplyAsync(string token) => SendAsync(token, "manifests", Yaml(
        "apiVersion: orleansrelease/v1\nkind: Strategy\nmetadata: {name: slow}\n"
        + "spec: {canary: {weights: [5], each: 1m}}\n"));

    // It begins, and does nothing outside: its environment is frozen.
    private async Task AbortOneAsync(string token)
    {
        await SendAsync(token, "manifests", Yaml(Lab));
        await SendAsync(token, "environments/lab/freeze", JsonContent.Create(new { @for = "1h", reason = "calm" }));
        var start = new { service = "cart", environment = "lab", version = "1.0.0" };
        await SendAsync(token, "rollouts", JsonContent.Create(start));
        await Eventually.IsAsync("it has begun", async () =>
        {
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
            using var answer = await http.GetAsync(new Uri(Api("rollouts/cart.lab.1")));
            return answer.IsSuccessStatusCode;
        });
        await SendAsync(token, "rollouts/cart.lab.1/abort", JsonContent.Create(new { reason = "seen" }));
    }

    // As any client does: what was not answered in time is said again under the same key, and carried out once.
    private async Task SendAsync(string token, string path, HttpContent content)
    {
        using var http = new HttpClient();
        var (body, type) = (await content.ReadAsByteArrayAsync(), content.Headers.ContentType);
        var key = $"{Guid.NewGuid()}";
        var (status, said) = await Eventually.IsAsync(
            $"{path} is answered",
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Api(path)))
                {
                    Content = new ByteArrayContent(body) { Headers = { ContentType = type } },
                };
                request.Headers.Authorization = new("Bearer", token);
                request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
                request.Headers.Add("Idempotency-Key", key);
                using var answer = await http.SendAsync(request);
                return (answer.StatusCode, Said: await answer.Content.ReadAsStringAsync());
            },
            seen => seen.StatusCode != HttpStatusCode.GatewayTimeout);
        Assert.True((int)status is >= 200 and < 300, said);
    }

    private string Api(string path) => $"{ServedFolder.UrlOf(_folder)}/api/v1/{path}";

    private static StringContent Yaml(string text) => new(text, System.Text.Encoding.UTF8, "application/yaml");

    private static string Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) ? $"{value}" : "";
}
