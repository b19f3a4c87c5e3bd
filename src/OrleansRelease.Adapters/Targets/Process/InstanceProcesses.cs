namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>Finds what runs of one start of an instance: its leader and all that this has started.</summary>
internal static class InstanceProcesses
{
    /// <summary>
    /// Those with the marker; those in the session of the leader that show none; and those that were seen there before.
    /// </summary>
    public static IReadOnlyList<ProcessStamp> FindLiving(
        StartRecord start, int port, string logFile, IReadOnlyList<ProcessSighting> all)
    {
        var own = all.Where(process => process.Marker == start.Marker).ToList();
        var leader = start.Process ?? own.FirstOrDefault(process => process.View.Session == process.View.Pid)?.Stamp;
        var unmarked = all.Where(process => process.Marker is null).ToList();
        own.AddRange(unmarked.Where(process => start.Members?.Contains(process.Stamp) == true));
        if (leader is not null)
        {
            var session = unmarked.Where(process => process.View.Session == leader.Pid).ToList();
            if (IsStillOurs(leader, start, port, logFile, session, own)) own.AddRange(session);
        }

        return ProcessTable.LeadersFirst(own.DistinctBy(process => process.View.Pid));
    }

    /// <summary>
    /// A number is given out again only when neither a process nor a session has it: as long as the leader is there, be
    /// it as one that has ended, or one member that is known, the whole session is ours. Without them it may be that of
    /// a stranger who got the number later, so one of it must hold what only an instance is given: its log or its port.
    /// </summary>
    private static bool IsStillOurs(
        ProcessStamp leader, StartRecord start, int port, string logFile,
        List<ProcessSighting> session, List<ProcessSighting> own)
    {
        if (session.Count == 0 || leader.BootId != ProcessTable.BootId) return false;
        if (ProcessTable.View(leader.Pid) is { } holder)
        {
            return holder.StartTicks == leader.StartTicks
                && (ProcessTable.MarkerOf(leader.Pid) is not { } marker || marker == start.Marker);
        }

        if (own.Any(process => process.View.Session == leader.Pid)) return true;
        var given = Listeners.SocketsAt(port);
        given.Add(logFile);
        return session.Any(process => Listeners.Holds(process.View.Pid, given));
    }
}
