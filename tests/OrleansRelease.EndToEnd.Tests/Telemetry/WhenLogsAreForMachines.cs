using System.Text.Json;
using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Files;

namespace OrleansRelease.EndToEnd.Tests.Telemetry;

public sealed class WhenLogsAreForMachines : IDisposable
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    private const string Password = "correct-horse-battery";

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

    private async Task ApplyAsync(string token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(ServedFolder.UrlOf(_folder) + "/api/v1/manifests"))
        {
            Content = new StringContent(
                "apiVersion: orleansrelease/v1\nkind: Strategy\nmetadata: {name: slow}\n"
                + "spec: {canary: {weights: [5], each: 1m}}\n",
                System.Text.Encoding.UTF8, "application/yaml"),
        };
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) ? $"{value}" : "";
}
