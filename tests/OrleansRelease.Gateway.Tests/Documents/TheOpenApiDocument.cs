using System.Net;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Documents;

[Collection(GatewayCollection.Name)]
public sealed class TheOpenApiDocument(RunningGateway gateway)
{
    private const string UpdateSwitch = "OREL_UPDATE_DOCUMENTS";

    [Fact]
    public async Task Is_checked_in_as_it_is_served()
    {
        var seen = await gateway.Client.AskAsync("/openapi/v1.json");
        Assert.True(seen.Status == HttpStatusCode.OK, $"{seen.Text} {gateway.Logged.Lines.LastOrDefault(IsError)}");
        var served = seen.Text
            .ReplaceLineEndings("\n").TrimEnd() + "\n";
        var path = Path.Combine(Root(), "docs", "reference", "openapi.json");
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1") await File.WriteAllTextAsync(path, served);
        var checkedIn = File.Exists(path) ? await File.ReadAllTextAsync(path) : "";
        Assert.True(
            served == checkedIn,
            "docs/reference/openapi.json is not what is served; look at the difference, then run this test with "
            + $"{UpdateSwitch}=1");
    }

    [Fact]
    public async Task The_reference_names_every_endpoint()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "reference", "api.md"));
        var missing = Endpoints.Of(gateway.Services)
            .Where(endpoint => endpoint.Pattern.StartsWith("/api/", StringComparison.Ordinal))
            .Select(endpoint => $"{endpoint.Method} {endpoint.Pattern}")
            .Where(endpoint => !text.Contains($"`{endpoint}", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    private static bool IsError(string line) => line.StartsWith("Error", StringComparison.Ordinal);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OrleansRelease.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
