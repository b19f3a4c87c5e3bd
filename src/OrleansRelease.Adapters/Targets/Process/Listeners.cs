using System.Globalization;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>Which process listens on a port, by the kernel's tables: what answers there may say anything.</summary>
internal static class Listeners
{
    private const string Listening = "0A";

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>
    /// The marker of another instance that listens on the port; null when it is this one, or something that was not
    /// started as an instance (a container's proxy stands for the instance that asked for it).
    /// </summary>
    public static string? OtherInstanceAt(int port, StartRecord start)
    {
        var sockets = SocketsAt(port);
        if (sockets.Count == 0) return null;
        if (start.Process is { } own && Holds(own.Pid, sockets)) return null;
        string? other = null;
        foreach (var process in ProcessTable.All())
        {
            // A worker that has written over its environment is whose the leader of its session is.
            var session = process.View.Session;
            var marker = process.Marker ?? ProcessTable.MarkerOf(session);
            var isOwn = marker == start.Marker || (process.Marker is null && session == start.Process?.Pid);
            if ((isOwn || marker is not null) && Holds(process.View.Pid, sockets))
            {
                if (isOwn) return null;
                other ??= marker;
            }
        }

        return other;
    }

    /// <summary>The sockets that listen on the port, as open files are called in /proc.</summary>
    public static HashSet<string> SocketsAt(int port)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        var sockets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in Tables.Where(File.Exists).SelectMany(table => File.ReadAllLines(table).Skip(1)))
        {
            // sl, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Listening && fields[1].EndsWith(suffix, StringComparison.Ordinal))
                sockets.Add($"socket:[{fields[9]}]");
        }

        return sockets;
    }

    /// <summary>Whether the process has one of these files open.</summary>
    public static bool Holds(int pid, HashSet<string> files)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{pid}/fd")
                .Any(handle => new FileInfo(handle).LinkTarget is { } target && files.Contains(target));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile, or belongs to another user.
            return false;
        }
    }
}
