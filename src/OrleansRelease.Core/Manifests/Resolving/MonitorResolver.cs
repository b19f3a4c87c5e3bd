using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Manifests.Writing;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>Resolves a monitor where a metric names it into all that servers check it by.</summary>
/// <param name="find">Finds a Monitor by its name; null where nobody looks for any.</param>
/// <param name="ledger">What is noted and refused.</param>
/// <param name="fill">What is filled into its addresses.</param>
internal sealed class MonitorResolver(Func<string, MonitorManifest?>? find, Ledger ledger, Fill fill)
{
    /// <summary>Null where there is none, which is refused.</summary>
    public MonitorCheck? Resolve(string name, MetricScope scope)
    {
        if (find is null) return null;
        if (find(name) is not { Spec: var spec })
        {
            ledger.Refuse(RefusalCodes.UnknownMonitor,
                $"there is no Monitor {name}, which {scope.Name} is measured by where {scope.UseOrigin} uses it",
                $"apply a manifest of kind Monitor named {name}");
            return null;
        }

        var (path, origin) = ($"{scope.Path}.monitor", OriginOf(name));
        ledger.Note($"{path}.url", spec.Url, origin);
        ledger.NoteAccess(path, (spec.Bearer, spec.Basic, spec.Ca, spec.Certificate), origin);
        var method = ledger.Pick($"{path}.method", MonitorForm.Word, CheckMethod.Get, [(spec.Method, origin)]);
        var timeout = ledger.Pick(
            $"{path}.timeout", Duration.Format, BuiltIn.MonitorTimeout, [(spec.Timeout, origin)]);
        var expect = Expect($"{path}.expect", spec.Expect, origin);
        var nodes = ledger.Pick($"{path}.nodes", Ledger.Plain, BuiltIn.MonitorNodes, [(spec.Nodes, origin)]);
        if (spec.Network is { } network) ledger.Note($"{path}.network", network, origin);
        return new MonitorCheck(
            name, fill.Address(spec.Url), method, spec.Bearer, spec.Basic, spec.Ca, spec.Certificate, timeout, expect,
            nodes, spec.Network is { } elsewhere ? fill.Address(elsewhere) : null);
    }

    public static string OriginOf(string name) => $"monitor {name}";

    private Expectation Expect(string path, ExpectSpec? said, string origin)
    {
        var status = ledger.Pick<ImmutableArray<StatusRange>>(
            $"{path}.status", all => string.Join(", ", all), BuiltIn.MonitorStatus, [(said?.Status, origin)]);
        var within = ledger.PickIfSaid($"{path}.within", Duration.Format, [(said?.Within, origin)]);
        if (said?.Body is { } body)
            ledger.Note(body.Contains is null ? $"{path}.body.lacks" : $"{path}.body.contains", body.Text, origin);
        var valid = ledger.PickIfSaid(
            $"{path}.certificateValidFor", Duration.Format, [(said?.CertificateValidFor, origin)]);
        return new Expectation(status, within, said?.Body, valid);
    }
}
