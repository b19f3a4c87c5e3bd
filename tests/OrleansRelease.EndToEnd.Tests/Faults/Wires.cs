using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// What lies between the servers that decide, in a network namespace that is this run's alone (<c>eng/faults</c> makes
/// it; it goes with its last process). All of them are there, so that what they start is reached by all. Each runs as a
/// user of its own, by which the kernel gives it its own address: so the packets from one to another can be told from
/// all others and sent into a hole, and the connections between two can be reset.
/// </summary>
internal static class Wires
{
    /// <summary>Set by <c>eng/faults</c> where this process is in a namespace of its own.</summary>
    private const string OwnNamespaceVariable = "OREL_FAULT_NAMESPACE";

    private const string Prefix = "10.99.0.";

    private const int FirstUser = 20_000;

    private const int Hole = 300;

    /// <summary>What it takes to work on the others' files and processes as if they were one's own.</summary>
    private const string Rights = "+dac_override,+dac_read_search,+kill,+fowner,+chown,+sys_ptrace";

    private static readonly int[] All = [1, 2, 3];

    private static readonly List<(int From, int To)> Lost = [];

    /// <summary>Null when connections can be reset here; known when the wires are laid.</summary>
    public static string? WhyNoCut { get; private set; }

    /// <summary>Null when they are laid, once for this run; else why they cannot be.</summary>
    public static async Task<string?> LayAsync()
    {
        if (Environment.GetEnvironmentVariable(OwnNamespaceVariable) is not "1")
            return "no network namespace of its own: eng/faults needs root for it, and unshare, ip, ss, setpriv";
        try
        {
            foreach (var command in Setup()) await RunAsync(command);
            await using var probe = await WireProbe.ConnectAsync(From(1), From(2));
            WhyNoCut = await WhyNotCutAsync(probe);
            return null;
        }
        catch (IOException problem)
        {
            return problem.Message;
        }
    }

    public static IReadOnlyList<string> LauncherOf(int silo) =>
    [
        "setpriv", "--reuid", Number(FirstUser + silo), "--regid", "0", "--clear-groups", "--inh-caps", Rights,
        "--ambient-caps", Rights, "--",
    ];

    public static IReadOnlyList<string> ArgumentsOf(int silo) => ["--cluster-address", Address(silo), "--allow-remote"];

    /// <summary>
    /// RST for all connections between servers that decide, which may connect again at once; how many ends there were.
    /// </summary>
    public static async Task<int> CutAsync()
    {
        var ends = 0;
        var pairs = from one in All from other in All where one != other select (one, other);
        foreach (var (one, other) in pairs)
        {
            var said = await RunAsync(["ss", "-K", "-t", "-n", "src", Address(one), "dst", Address(other)]);
            ends += said.Split('\n').Count(line => line.Contains(Address(other) + ":", StringComparison.Ordinal));
        }

        return ends;
    }

    /// <summary>What one sends to the other is lost from now on, without a word to anybody.</summary>
    public static async Task LoseAsync(int from, int to)
    {
        await RunAsync(Rule("add", from, to));
        Lost.Add((from, to));
    }

    /// <summary>Everything arrives again.</summary>
    public static async Task MendAsync()
    {
        foreach (var (from, to) in Lost) await RunAsync(Rule("del", from, to));
        Lost.Clear();
    }

    /// <summary>Whether one can connect to the other.</summary>
    public static async Task<bool> ReachesAsync(int from, int to)
    {
        try
        {
            await using var probe = await WireProbe.ConnectAsync(From(from), From(to));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>How many packets have gone into the hole, by the kernel's count.</summary>
    public static long PacketsLost()
    {
        // Name, then eight numbers of what came in; of what went out first bytes, then packets.
        var counts = File.ReadLines("/proc/self/net/dev")
            .Single(line => line.Trim().StartsWith("hole:", StringComparison.Ordinal))
            .Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(counts[9], CultureInfo.InvariantCulture);
    }

    private static async Task<string?> WhyNotCutAsync(WireProbe probe)
    {
        try
        {
            await CutAsync();
            return await probe.IsGoneAsync() ? null : "this kernel lets nobody reset connections (ss -K)";
        }
        catch (IOException problem)
        {
            return problem.Message;
        }
    }

    private static IEnumerable<string[]> Setup()
    {
        yield return Ip("link set lo up");
        // An end that nobody listens at: what is sent there to an address that nobody has is gone.
        yield return Ip("link add hole type veth peer name hole-end");
        yield return Ip("link set hole up");
        yield return Ip("link set hole-end up");
        yield return Ip($"route add {Prefix}0/24 dev hole table {Number(Hole)}");
        foreach (var silo in All)
        {
            var (user, table) = (Number(FirstUser + silo), Number(200 + silo));
            yield return Ip($"addr add {Address(silo)}/32 dev lo");
            yield return Ip($"neigh add {Address(silo)} lladdr 02:00:00:00:00:99 dev hole nud permanent");
            yield return Ip($"route add local {Prefix}0/24 dev lo table {table} src {Address(silo)}");
            yield return Ip($"rule add pref 50 uidrange {user}-{user} to {Prefix}0/24 lookup {table}");
        }

        // What is lost must be lost before the kernel finds that it is for itself.
        yield return Ip("rule add pref 100 lookup local");
        yield return Ip("rule del pref 0");
    }

    private static string[] Rule(string verb, int from, int to) =>
        Ip($"rule {verb} pref 10 from {Address(from)} to {Address(to)} lookup {Number(Hole)}");

    private static string[] Ip(string words) => ["ip", .. words.Split(' ')];

    private static IPAddress From(int silo) => IPAddress.Parse(Address(silo));

    private static string Address(int silo) => Prefix + Number(silo);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What it said; that it did what it was told is its exit code.</summary>
    private static async Task<string> RunAsync(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var said = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0
                ? said
                : throw new IOException($"{string.Join(' ', command)}: {(await error).Trim()}");
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new IOException($"{command[0]}: {missing.Message}", missing);
        }
    }
}
