using OrleansRelease.EndToEnd.Tests.Harness;

namespace OrleansRelease.EndToEnd.Tests;

public sealed class WhenTheServerStarts : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-start-").FullName;

    private string Token => Path.Combine(_folder, "admin.token");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_second_one_on_the_same_folder_names_the_first_and_ends()
    {
        await using var first = await StartAsync();
        await using var second = HostProgram.Start("run", "--data", _folder, "--urls", "http://127.0.0.1:0");

        Assert.Equal(2, await second.EndAsync());
        Assert.Contains($"{first.Id}", second.Error, StringComparison.Ordinal);
        Assert.Contains(UrlOf(), second.Error, StringComparison.Ordinal);
        Assert.Equal("ready", await GetAsync("/health/ready"));
    }

    [Fact]
    public async Task The_token_is_its_owners_only_and_the_same_after_a_restart()
    {
        string token;
        await using (var first = await StartAsync())
        {
            token = await File.ReadAllTextAsync(Token);
            Assert.Matches(@"\A[A-Za-z0-9_-]{43}\z", token);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Token));
            first.Signal("TERM");
            Assert.Equal(0, await first.EndAsync());
        }

        await using var second = await StartAsync();
        Assert.Equal(token, await File.ReadAllTextAsync(Token));
    }

    [Fact]
    public async Task It_lives_and_is_ready_without_a_token_and_answers_nothing_else_without_one()
    {
        await using var server = await StartAsync();

        Assert.Equal("live", await GetAsync("/health/live"));
        Assert.Equal("ready", await GetAsync("/health/ready"));
        using var http = new HttpClient();
        foreach (var path in (string[])["/api/v1/rollouts", "/openapi/v1.json", "/metrics", "/nothing"])
        {
            using var answer = await http.GetAsync(new Uri(UrlOf() + path));
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Who_holds_the_token_reads_its_metrics()
    {
        await using var server = await StartAsync();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", await File.ReadAllTextAsync(Token));

        using var manifest = new StringContent(
            "apiVersion: orleansrelease/v1\nkind: Strategy\nmetadata: {name: slow}\n"
            + "spec: {canary: {weights: [5], each: 1m}}\n",
            System.Text.Encoding.UTF8, "application/yaml");
        using var applied = await http.PostAsync(new Uri(UrlOf() + "/api/v1/manifests"), manifest);
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());

        await Eventually.IsAsync("the decision is counted", async () =>
            (await http.GetStringAsync(new Uri(UrlOf() + "/metrics")))
                .Contains("\norel_transitions_total{", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "--allow-remote")]
    [InlineData("http://example.com:0", "--allow-remote")]
    [InlineData("127.0.0.1:5010", "http://127.0.0.1:5010")]
    [InlineData("", "http://127.0.0.1:5010")]
    public async Task An_address_that_others_could_reach_or_that_is_none_is_refused(string url, string hint)
    {
        await using var server = HostProgram.Start("run", "--data", _folder, "--urls", url);

        Assert.Equal(2, await server.EndAsync());
        Assert.Contains(hint, server.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Token));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("demo")]
    [InlineData("migrate")]
    [InlineData("check")]
    [InlineData("router")]
    [InlineData("sample")]
    public async Task Every_verb_explains_itself_with_examples(string verb)
    {
        await using var help = HostProgram.Start(verb, "--help");

        Assert.Equal(0, await help.EndAsync());
        Assert.Matches($"Examples:\n  {verb}", help.Out);
    }

    private async Task<HostProgram> StartAsync()
    {
        File.Delete(Path.Combine(_folder, "server.url"));
        var server = HostProgram.Start("run", "--data", _folder, "--urls", "http://127.0.0.1:0");
        await server.PrintsAsync("listening on");
        return server;
    }

    private string UrlOf() => File.ReadAllText(Path.Combine(_folder, "server.url"));

    private async Task<string> GetAsync(string path)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(UrlOf() + path));
    }
}
