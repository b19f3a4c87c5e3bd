using OrleansRelease.EndToEnd.Tests.Harness;
using OrleansRelease.Files;

namespace OrleansRelease.EndToEnd.Tests;

public sealed class TheOpenApiDocument : IDisposable
{
    private const string UpdateSwitch = "OREL_UPDATE_DOCUMENTS";

    private readonly string _folder = Directory.CreateTempSubdirectory("orel-document-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Is_checked_in_as_the_server_serves_it()
    {
        var served = (await ServedAsync()).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var path = Path.Combine(Repository.Root, "docs", "reference", "openapi.json");
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1") await File.WriteAllTextAsync(path, served);
        Assert.True(
            served == await File.ReadAllTextAsync(path),
            "docs/reference/openapi.json is not what is served; look at the difference, then run this test with "
            + $"{UpdateSwitch}=1");
    }

    private async Task<string> ServedAsync()
    {
        await using var server = HostProgram.Start("run", "--data", _folder, "--urls", "http://127.0.0.1:0");
        await server.PrintsAsync("listening on");
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new(
            "Bearer", AdminTokenFile.Read(Path.Combine(_folder, AdminTokenFile.Name)));
        return await http.GetStringAsync(new Uri(ServedFolder.UrlOf(_folder) + "/openapi/v1.json"));
    }
}
