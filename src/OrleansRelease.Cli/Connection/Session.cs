using System.CommandLine;
using OrleansRelease.Cli.Texts;

namespace OrleansRelease.Cli.Connection;

/// <summary>One command's connection to the server, and how it tells what came of it.</summary>
internal sealed class Session(ServerAddress address, bool isJson, Surroundings around, Func<ServerAddress?> findAgain)
    : IDisposable
{
    public Api Api { get; private set; } = new(address, around.Time);

    public Surroundings Around => around;

    public bool IsJson => isJson;

    /// <summary>Whether text may move the cursor.</summary>
    public bool IsLive => around.IsInteractive && !isJson;

    /// <summary>
    /// A server that was restarted may listen elsewhere; while none runs, whoever listens where it did is not asked.
    /// </summary>
    public bool Reconnect()
    {
        if (findAgain() is not { } found) return false;
        Api.Dispose();
        Api = new(found, around.Time);
        return true;
    }

    /// <summary>Prints an answer, or why there is none, and gives the exit status.</summary>
    public async Task<int> TellAsync(Reply reply, Func<string, string> toText)
    {
        if (reply is not Reply.Answered { Json: var json }) return await TellProblemAsync(reply);
        await around.Out.WriteLineAsync(isJson ? json : toText(json));
        return ExitCode.Good;
    }

    public async Task<int> TellProblemAsync(Reply reply)
    {
        if (isJson && reply is Reply.Refused { Json: var json }) await around.Out.WriteLineAsync(json);
        await around.Error.WriteLineAsync(ProblemText.Of(reply));
        return reply is Reply.Unknown { IsInterrupted: true }
            ? ExitCode.Interrupted
            : ProblemText.ExitCodeOf(reply);
    }

    public void Dispose() => Api.Dispose();
}

/// <summary>Finds the server for a command, or says what is missing.</summary>
internal sealed class SessionOpener(GlobalOptions globals, Surroundings around)
{
    public Surroundings Around => around;

    /// <param name="parsed">The command line.</param>
    /// <param name="act">What the command does.</param>
    /// <param name="output">Its own option for what it prints; null: the one of all commands.</param>
    public async Task<int> RunAsync(
        ParseResult parsed, Func<Session, Task<int>> act, Option<string>? output = null)
    {
        var (address, problem) = Find(parsed);
        if (address is null)
        {
            await around.Error.WriteLineAsync(problem);
            return ExitCode.CannotReach;
        }

        using var session = new Session(
            address, parsed.GetValue(output ?? globals.Output) == GlobalOptions.Json, around,
            () => Find(parsed).Address);
        return await act(session);
    }

    private (ServerAddress? Address, string? Problem) Find(ParseResult parsed) =>
        ServerAddress.Find(parsed.GetValue(globals.Server), parsed.GetValue(globals.TokenFile), around);
}
