using OrleansRelease.Cli.Tests.Harness;
using OrleansRelease.Files;

namespace OrleansRelease.Cli.Tests.Commands;

public sealed class WhenTheServerIsLookedFor : IDisposable
{
    private const string NoServices = """{"items":[]}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orel-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_server_of_this_machine_is_found_by_its_data_folder()
    {
        await using var server = await ScriptedServer.StartAsync(200, NoServices);
        var data = _folder.CreateSubdirectory(".orel").FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "admin.token"), "of-the-folder\n");
        using var served = await ServedFolder.TryTakeAsync(data, TimeProvider.System, default);
        served!.Announce(server.Url);

        var here = await Ran.OrelInAsync([], "", _folder.FullName, "get", "services");
        Assert.Equal((0, "no services\n"), (here.Exit, here.Out));
        var set = await Ran.OrelInAsync(new() { ["OREL_DATA"] = data }, "", ".", "get", "services");
        Assert.Equal(0, set.Exit);
        Assert.All(server.Requests, asked => Assert.Equal("Bearer of-the-folder", asked.Authorization));
    }

    [Fact]
    public async Task The_address_of_one_that_was_killed_gets_no_token()
    {
        await using var other = await ScriptedServer.StartAsync(200, NoServices);
        var data = _folder.CreateSubdirectory(".orel").FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "admin.token"), "of-the-folder\n");
        await File.WriteAllTextAsync(Path.Combine(data, "server.url"), other.Url);

        var ran = await Ran.OrelInAsync([], "", _folder.FullName, "get", "services");
        Assert.Equal(3, ran.Exit);
        Assert.Contains($"no server runs with the data folder {data}", ran.Error, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task What_is_said_comes_before_what_is_found()
    {
        await using var server = await ScriptedServer.StartAsync(200, NoServices);
        var token = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(token, "of-the-file");
        var variables = new Dictionary<string, string>
        {
            ["OREL_SERVER"] = "http://127.0.0.1:1",
            ["OREL_TOKEN"] = "other",
        };
        var ran = await Ran.OrelInAsync(
            variables, "", _folder.FullName, "get", "services", "--server", server.Url, "--token-file", token);
        Assert.Equal(0, ran.Exit);
        Assert.Equal("Bearer of-the-file", server.Requests.Single().Authorization);
    }

    [Fact]
    public async Task Where_there_is_none_it_says_what_to_do()
    {
        var ran = await Ran.OrelInAsync([], "", _folder.FullName, "get", "services");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("--server", ran.Error, StringComparison.Ordinal);
        Assert.Contains("OREL_SERVER", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_listen_cannot_be_reached()
    {
        var ran = await Ran.OrelInAsync(
            new() { ["OREL_SERVER"] = "http://127.0.0.1:1", ["OREL_TOKEN"] = "secret-token" }, "", ".",
            "get", "services");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("127.0.0.1:1", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", ran.Error + ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://somewhere")]
    [InlineData("not an address")]
    public async Task What_is_no_address_is_told_so(string address)
    {
        var ran = await Ran.OrelInAsync([], "", _folder.FullName, "get", "services", "--server", address);
        Assert.Equal(3, ran.Exit);
        Assert.Contains("http://HOST:PORT", ran.Error, StringComparison.Ordinal);
    }
}
