using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;
using Spectre.Console;

namespace OrleansRelease.Cli.Commands;

/// <summary>Where a watched rollout is shown: a frame that is drawn over, or lines, one for each change.</summary>
internal sealed class WatchScreen(Session session) : IDisposable
{
    private readonly IAnsiConsole? _console = session.IsLive
        ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(session.Around.Out) })
        : null;

    private RolloutSpec? _spec;
    private string _last = "";
    private int _height;

    public async Task ShowAsync(RolloutAnswer seen, string json, CancellationToken cancellation)
    {
        _spec ??= await session.Api.GetAsync($"/api/v1/rollouts/{seen.Id}/spec", cancellation) is Reply.Answered spec
            ? Vocabulary.Read<RolloutSpec>(spec.Json)
            : null;
        if (_spec is null) return;
        var now = session.Around.Time.GetUtcNow();
        if (session.IsJson)
            await OnceAsync(json, json);
        else if (_console is null)
            await LineAsync(WatchText.Line(seen.State, _spec), now);
        else
            Draw(WatchText.Frame(seen.State, _spec, seen.NextWake, now, session.Around.Width));
    }

    public async Task WaitAsync(Explanation queued, string json)
    {
        var line = $"{queued.Id} waits: {string.Join("; ", queued.Because)}";
        await OnceAsync(line, session.IsJson ? json : line);
    }

    /// <summary>The server does not answer; it is looked for again.</summary>
    public void Away()
    {
        if (_last == nameof(Away)) return;
        _last = nameof(Away);
        session.Around.Error.WriteLine("the server does not answer; looking for it again (the rollout goes on)");
        _height = 0;
    }

    public void Dispose() => session.Around.Out.Flush();

    private Task LineAsync(string line, DateTimeOffset now) => OnceAsync(line, $"{Readable.Clock(now, now)} {line}");

    private async Task OnceAsync(string what, string line)
    {
        if (what == _last) return;
        _last = what;
        await session.Around.Out.WriteLineAsync(line);
        await session.Around.Out.FlushAsync();
    }

    private void Draw(string frame)
    {
        var lines = frame.Split('\n');
        if (_height > 0) _console!.Cursor.MoveUp(_height);
        foreach (var line in lines)
        {
            var shown = line.Length > session.Around.Width ? line[..session.Around.Width] : line;
            _console!.Write(new ControlCode("\u001b[2K"));
            _console.WriteLine(shown);
        }

        for (var i = lines.Length; i < _height; i++)
        {
            _console!.Write(new ControlCode("\u001b[2K"));
            _console.WriteLine();
        }

        _height = Math.Max(_height, lines.Length);
    }
}
