using System.CommandLine;
using OrleansRelease.Router;

namespace OrleansRelease.Host.Verbs;

/// <summary><c>router</c>: the router process, with the router's own arguments.</summary>
internal static class RouterVerb
{
    public static Command Build()
    {
        var command = new Command(
            "router",
            "Start a router, which shares the requests of a service between two versions. Arguments: --data DIR "
            + "[--urls URL] [--admin-urls URL] [--token-file FILE] [--log FILE] [--fault lies|late|forgets]. Where it "
            + "listens stands in router.json in its folder.")
        { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (RouterOptions.Parse([.. parsed.UnmatchedTokens], out var error) is { } options)
                return await RouterProgram.RunAsync(options, cancellation);
            await Console.Error.WriteLineAsync(error);
            return Ending.CannotStart;
        });
        return Examples.Show(
            command, "router --data /var/lib/orel-router --urls http://127.0.0.1:8080",
            "router --data /tmp/drill --fault late");
    }
}
