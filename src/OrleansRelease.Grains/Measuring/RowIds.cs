using System.Collections;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Grains.Measuring;

/// <summary>
/// By which names a line of the log is found: a scope around all that is done for one row, made out only when a line
/// is written.
/// </summary>
internal sealed class RowIds(string kind, string key, Command? command = null)
    : IEnumerable<KeyValuePair<string, object?>>
{
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return new("Kind", kind);
        yield return new("Key", key);
        if (kind == Kinds.Rollout) yield return new("Rollout", key);
        var slot = Kinds.IsKeyedBySlot(kind) ? SlotKey.Parse(key) : RolloutId.Parse(key)?.Slot;
        if (slot is { } named && (kind == Kinds.Rollout || Kinds.IsKeyedBySlot(kind)))
        {
            yield return new("Service", named.Service.ToString());
            yield return new("Environment", named.Environment.ToString());
        }

        if (kind is Kinds.Environment or Kinds.Freeze) yield return new("Environment", key);
        if (kind == Kinds.Release) yield return new("Release", key);
        if (kind == Kinds.Passage && PassageId.Parse(key) is { } passage)
        {
            yield return new("Release", passage.Release.ToString());
            yield return new("Environment", passage.Environment.ToString());
        }

        if (command is null) yield break;
        yield return new("CommandId", command.Id.ToString());
        yield return new("Actor", command.Actor.ToString());
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{kind} {key}";
}
