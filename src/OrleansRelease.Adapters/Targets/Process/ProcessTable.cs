using System.Globalization;
using System.Text;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>What the kernel says of a process; a session's leader has its own number as its session.</summary>
internal sealed record ProcessView(int Pid, char State, int Session, int Threads, long StartTicks)
{
    /// <summary>
    /// A zombie has ended, only its number is still taken; but one with other threads is just about to, and has no exit
    /// code yet.
    /// </summary>
    public bool HasEnded => State == 'X' || (State == 'Z' && Threads <= 1);
}

/// <summary>A living process, with the marker that it shows.</summary>
internal sealed record ProcessSighting(ProcessView View, string? Marker)
{
    public ProcessStamp Stamp => new(View.Pid, View.StartTicks, ProcessTable.BootId);
}

/// <summary>
/// Reads /proc. Boot, start time and number together tell a process for certain, a number alone says nothing: it is
/// used again. The marker in the environment finds what has no stamp. That it is missing says nothing: whoever sets its
/// title writes over its environment, and that of another user cannot be read.
/// </summary>
internal static class ProcessTable
{
    public const string MarkerVariable = "OREL_INSTANCE";

    private static readonly byte[] MarkerStart = Encoding.UTF8.GetBytes(MarkerVariable + "=");

    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    public static ProcessView? View(int pid)
    {
        if (Read($"/proc/{pid}/stat") is not { } bytes) return null;
        var text = Encoding.UTF8.GetString(bytes);
        // The second field is the program's name in parentheses and may itself hold any of them and spaces.
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 20
            ? null
            : new(pid, fields[0][0], int.Parse(fields[3], CultureInfo.InvariantCulture),
                int.Parse(fields[17], CultureInfo.InvariantCulture),
                long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    public static ProcessStamp? Stamp(int pid) =>
        View(pid) is { } view ? new(pid, view.StartTicks, BootId) : null;

    /// <summary>The process of this stamp; also one that has ended, until its end is taken note of.</summary>
    public static ProcessView? Find(ProcessStamp stamp) =>
        stamp.BootId == BootId && View(stamp.Pid) is { } view && view.StartTicks == stamp.StartTicks ? view : null;

    /// <summary>
    /// Whether the leader of this stamp lives. Every instance was started as the leader of a session and stays one.
    /// </summary>
    public static bool IsAlive(ProcessStamp stamp, string marker) =>
        Find(stamp) is { HasEnded: false } view && view.Session == view.Pid && !IsAnothers(stamp.Pid, marker);

    /// <summary>All that lives.</summary>
    public static IReadOnlyList<ProcessSighting> All()
    {
        var found = new List<ProcessSighting>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                continue;
            if (View(pid) is { HasEnded: false } view) found.Add(new(view, MarkerOf(pid)));
        }

        return found;
    }

    /// <summary>All living processes with the marker, leaders first.</summary>
    public static IReadOnlyList<ProcessStamp> FindAll(string marker) =>
        LeadersFirst(All().Where(process => process.Marker == marker));

    public static IReadOnlyList<ProcessStamp> LeadersFirst(IEnumerable<ProcessSighting> processes) =>
        [.. processes.OrderBy(process => process.View.Session == process.View.Pid ? 0 : 1)
            .ThenBy(process => process.View.StartTicks)
            .Select(process => process.Stamp)];

    /// <summary>The leader that was started with this marker, when there is one.</summary>
    public static ProcessStamp? FindLeader(string marker) =>
        FindAll(marker) is [var first, ..] && View(first.Pid)?.Session == first.Pid ? first : null;

    /// <summary>Signals the process of this stamp, after looking once more that it is the one meant.</summary>
    public static void Signal(ProcessStamp stamp, string marker, int signal)
    {
        if (Find(stamp) is not null && !IsAnothers(stamp.Pid, marker)) _ = Libc.Kill(stamp.Pid, signal);
    }

    /// <summary>
    /// The marker that a process shows; none for a moment while a program replaces another one, and after its end.
    /// </summary>
    public static string? MarkerOf(int pid) =>
        Read($"/proc/{pid}/environ") is { Length: > 0 } bytes ? MarkerIn(bytes) : null;

    private static bool IsAnothers(int pid, string marker) => MarkerOf(pid) is { } found && found != marker;

    private static string? MarkerIn(byte[] environment)
    {
        foreach (var range in environment.AsSpan().Split((byte)0))
        {
            var variable = environment.AsSpan()[range];
            if (variable.StartsWith(MarkerStart)) return Encoding.UTF8.GetString(variable[MarkerStart.Length..]);
        }

        return null;
    }

    // A process may end between any two looks at it.
    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
