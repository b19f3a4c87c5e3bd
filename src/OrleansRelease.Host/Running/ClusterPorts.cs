using System.Globalization;
using System.Net;
using OrleansRelease.Files;

namespace OrleansRelease.Host.Running;

/// <summary>
/// Where a server is reached by others of its cluster, and by those that only answer the API. A server that comes back
/// at the port it had is known at once to have taken the place of the one that died; at another port that takes until
/// the dead one is given up. So the folder remembers it.
/// </summary>
internal sealed record ClusterPorts(int Members, int Clients)
{
    private const string FileName = "cluster.port";

    public static ClusterPorts Of(RunOptions options)
    {
        var file = Path.Combine(options.DataFolder, FileName);
        var members = options.ClusterPort
            ?? Remembered(file, options.ClusterAddress) ?? FreePort.Find(options.ClusterAddress);
        if (options.ClusterPort is null) AtomicFile.Write(file, members.ToString(CultureInfo.InvariantCulture));
        return new(members, FreePort.Find(options.ClusterAddress));
    }

    private static int? Remembered(string file, IPAddress address)
    {
        if (!File.Exists(file)) return null;
        var isNumber = int.TryParse(
            File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        return isNumber && FreePort.IsFree(address, port) ? port : null;
    }
}
