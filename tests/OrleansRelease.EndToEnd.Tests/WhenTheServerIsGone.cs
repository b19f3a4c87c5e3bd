using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Files;

namespace OrleansRelease.EndToEnd.Tests;

/// <summary>Whoever reads its address sends the token there, so it must not outlive the server.</summary>
public sealed class WhenTheServerIsGone : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-gone-").FullName;

    private string UrlFile => Path.Combine(_folder, ServedFolder.UrlFileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Its_address_is_not_taken_for_one_any_more()
    {
        await using (var killed = await StartAsync())
        {
            Assert.Equal(await File.ReadAllTextAsync(UrlFile), ServedFolder.UrlOf(_folder));
            killed.Kill();
            await killed.EndAsync();
            Assert.True(File.Exists(UrlFile));
            Assert.Null(ServedFolder.UrlOf(_folder));
        }

        await using var stopped = await StartAsync();
        Assert.NotNull(ServedFolder.UrlOf(_folder));
        stopped.Signal("TERM");
        Assert.Equal(0, await stopped.EndAsync());
        Assert.False(File.Exists(UrlFile));
    }

    private async Task<HostProgram> StartAsync()
    {
        var server = HostProgram.Start("run", "--data", _folder, "--urls", "http://127.0.0.1:0");
        await server.PrintsAsync("listening on");
        return server;
    }
}
