using System.CommandLine;

namespace OrleansRelease.Router;

/// <summary>How both programs carry out their command line.</summary>
public static class CommandLineRun
{
    public static async Task<int> RunAsync(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        // Each verb ends by its own rules on a signal; nothing may cut that short.
        var ended = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        // A command line that is not understood ends with 1 there; here that is a verb that found something bad.
        return ended != 0 && parsed.Errors.Count > 0 ? RouterProgram.CannotStart : ended;
    }
}
