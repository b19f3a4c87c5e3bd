using System.Globalization;
using Spectre.Console;

namespace OrleansRelease.Host.Demo;

/// <summary>
/// What a person sees: colour and a bar that moves on a terminal, one plain line per change in a pipe.
/// </summary>
internal sealed class Screen
{
    private const int BarWidth = 24;

    private const int SmallBarWidth = 4;

    private const int MinWidth = 20;

    /// <summary>In a pipe the traffic is told again after this long, though nothing has changed.</summary>
    private static readonly TimeSpan TellAgain = TimeSpan.FromSeconds(4);

    private readonly TextWriter _out;
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly bool _terminal;
    private string _bar = "";
    private long _told;

    public Screen(TextWriter writer, bool terminal, TimeProvider time)
    {
        (_out, _time, _terminal) = (writer, time, terminal);
        _began = time.GetTimestamp();
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
    }

    public void Title(string text)
    {
        EndBar();
        _out.WriteLine();
        Line($"[bold]{Clock()} {Markup.Escape(text)}[/]");
    }

    public void Say(string text) => Coloured(text, "default");

    public void Good(string text) => Coloured(text, "green");

    public void Bad(string text) => Coloured(text, "red");

    /// <summary>Something as others print it, unchanged.</summary>
    public void Quote(IEnumerable<string> lines)
    {
        EndBar();
        foreach (var line in lines) _out.WriteLine("    " + line);
    }

    /// <summary>
    /// How the requests are shared. On a terminal the line is drawn over again; in a pipe it comes when
    /// <paramref name="changed"/>.
    /// </summary>
    public void Traffic(string version, double share, string rest, bool changed) => Over(
        string.Create(
            CultureInfo.InvariantCulture, $"         {version} {Bar(share, BarWidth)} {share * 100,3:0} %  {rest}"),
        changed);

    /// <summary>The same of several services beside one another.</summary>
    public void Shares(
        string where, IReadOnlyList<(string Service, double Share)> shares, string rest, bool changed) => Over(
        $"         {where}  " + string.Concat(shares.Select(one => string.Create(
            CultureInfo.InvariantCulture,
            $"{one.Service} {Bar(one.Share, SmallBarWidth)} {one.Share * 100,3:0} %  "))) + rest,
        changed);

    private void Over(string bar, bool changed)
    {
        _bar = bar;
        if (_terminal) _out.Write($"\r\u001b[2K{Fitted(_bar)}");
        else if (changed || _time.GetElapsedTime(_told) > TellAgain) Tell();
        _out.Flush();
    }

    private static string Bar(double share, int width)
    {
        var full = (int)Math.Round(share * width);
        return new string('█', full) + new string('░', width - full);
    }

    private void Tell()
    {
        _out.WriteLine(_bar);
        _told = _time.GetTimestamp();
    }

    private void Coloured(string text, string colour)
    {
        EndBar();
        Line($"[{colour}]{Clock()}   {Markup.Escape(text)}[/]");
    }

    private void Line(string markup)
    {
        // Not through the console's own wrapping: a line is a line, also in a narrow terminal.
        _console.Profile.Width = int.MaxValue;
        _console.MarkupLine(markup);
    }

    private void EndBar()
    {
        if (_terminal && _bar.Length > 0) _out.WriteLine();
        _bar = "";
    }

    private static string Fitted(string line)
    {
        var width = Math.Max(MinWidth, Console.WindowWidth - 1);
        return line.Length <= width ? line : line[..width];
    }

    private string Clock() => string.Create(
        CultureInfo.InvariantCulture, $"{_time.GetElapsedTime(_began).TotalSeconds,5:0.0}s");
}
