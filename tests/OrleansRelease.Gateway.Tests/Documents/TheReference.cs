using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Documents;

[Collection(GatewayCollection.Name)]
public sealed class TheReference(RunningGateway gateway)
{
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

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OrleansRelease.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
