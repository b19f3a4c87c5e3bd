namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>A hook among the steps of a strategy.</summary>
internal static class HookReader
{
    private const string Shape = "{name: NAME, url: URL, key: {file: PATH}, undo: {}}";

    public static StepSpec.Hook? Read(Field field)
    {
        if (field.Object(Shape) is not { } fields) return null;
        fields.NotYet("connection");
        var name = fields.Need("name", "name: NAME, by which the hook is known")?.Name("a name");
        var url = fields.Need("url", "url: the address that is asked to do it")?.Address();
        var key = fields.Need("key", "key: {file: PATH}, what requests are signed with")?.Secret();
        var hook = new StepSpec.Hook(
            name ?? "", url ?? "", key, fields.Take("storesFences")?.Flag(), ConnectionReader.TakeRetry(fields),
            fields.Take("undo") is { } undo ? Undo(undo) : null);
        fields.End();
        return hook;
    }

    private static HookUndoSpec? Undo(Field field)
    {
        if (field.IsScalar) return field.Address() is { } address ? new HookUndoSpec(address) : null;
        if (field.Object("{}, or the address that is asked to undo it") is not { } fields) return null;
        var undo = new HookUndoSpec(fields.Take("url")?.Address(), ConnectionReader.TakeRetry(fields));
        fields.End();
        return undo;
    }
}

/// <summary>Each hook has a name of its own: by that it is done once.</summary>
internal sealed class HookNames
{
    private readonly HashSet<string> _names = [];

    public void Check(Field field, string name)
    {
        if (!_names.Add(name))
            field.Report(ProblemCode.BadStep, $"there is a hook {name} before already", "another name");
        if (_names.Count == Specs.HookSpec.Most + 1)
            field.Report(ProblemCode.BadStep, "these are too many hooks", $"at most {Specs.HookSpec.Most}");
    }
}
