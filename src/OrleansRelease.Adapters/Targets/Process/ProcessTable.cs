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

/// <summary>
/// Reads /proc. A process is ours when boot, start time and the marker in its environment are: a number alone says
/// nothing, because numbers are used again.
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

    /// <summary>Whether the process of this stamp lives and carries this marker.</summary>
    public static bool IsAlive(ProcessStamp stamp, string marker) =>
        stamp.BootId == BootId
        && View(stamp.Pid) is { HasEnded: false } view && view.StartTicks == stamp.StartTicks
        && Carries(stamp.Pid, marker) is null or true;

    /// <summary>All living processes with the marker: an instance and whatever it started, leaders first.</summary>
    public static IReadOnlyList<ProcessStamp> FindAll(string marker)
    {
        var found = new List<ProcessView>();
        foreach (var pid in Numbers())
        {
            if (Carries(pid, marker) == true && View(pid) is { HasEnded: false } view) found.Add(view);
        }

        return [.. found
            .OrderBy(view => view.Session == view.Pid ? 0 : 1).ThenBy(view => view.StartTicks)
            .Select(view => new ProcessStamp(view.Pid, view.StartTicks, BootId))];
    }

    /// <summary>Every process that was started as some instance, by whatever host.</summary>
    public static IEnumerable<(int Pid, string Marker)> Markers()
    {
        foreach (var pid in Numbers())
        {
            if (MarkerOf(pid) is { } marker) yield return (pid, marker);
        }
    }

    /// <summary>The leader that was started with this marker, when there is one.</summary>
    public static ProcessStamp? FindLeader(string marker) =>
        FindAll(marker) is [var first, ..] && View(first.Pid)?.Session == first.Pid ? first : null;

    /// <summary>Signals the process of this stamp, after looking once more that it is the one meant.</summary>
    public static void Signal(ProcessStamp stamp, string marker, int signal)
    {
        if (View(stamp.Pid)?.StartTicks == stamp.StartTicks && Carries(stamp.Pid, marker) == true)
            _ = Libc.Kill(stamp.Pid, signal);
    }

    private static IEnumerable<int> Numbers()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                yield return pid;
        }
    }

    /// <summary>
    /// Null when the environment cannot be seen: for a moment while a program replaces another one, and after its end.
    /// </summary>
    private static bool? Carries(int pid, string marker) =>
        Environ(pid) is { } bytes ? MarkerIn(bytes) == marker : null;

    private static string? MarkerOf(int pid) =>
        Environ(pid) is { } bytes ? MarkerIn(bytes) : null;

    private static byte[]? Environ(int pid) => Read($"/proc/{pid}/environ") is { Length: > 0 } bytes ? bytes : null;

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
