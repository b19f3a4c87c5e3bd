using OrleansRelease.Cli.Connection;

namespace OrleansRelease.Cli.Commands;

/// <summary>Rules for Prometheus, as a file that it loads.</summary>
internal static class Rules
{
    private const string Comment = "# ";

    public static async Task<int> RunAsync(
        Session session, string environment, string? service, CancellationToken cancellation)
    {
        var query = service is null ? "" : $"?service={Uri.EscapeDataString(service)}";
        var reply = await session.Api.GetAsync(
            $"/api/v1/environments/{Uri.EscapeDataString(environment)}/rules{query}", cancellation);
        if (reply is not Reply.Answered { Json: var yaml }) return await session.TellProblemAsync(reply);
        await session.Around.Out.WriteAsync(yaml);
        // What is left out is in the file too, where nobody looks who only loads it.
        foreach (var line in yaml.Split('\n').TakeWhile(line => line.StartsWith(Comment, StringComparison.Ordinal)))
            await session.Around.Error.WriteLineAsync(line[Comment.Length..]);
        return ExitCode.Good;
    }
}
