namespace OrleansRelease.Core.Manifests;

/// <summary>The stable words that programs may compare.</summary>
public static class ProblemCode
{
    public const string Syntax = "yaml-syntax";
    public const string TooLarge = "yaml-too-large";
    public const string NotAllowed = "yaml-not-allowed";
    public const string DuplicateKey = "duplicate-key";
    public const string Empty = "empty-file";
    public const string UnknownKind = "unknown-kind";
    public const string UnknownField = "unknown-field";
    public const string NotYetSupported = "not-yet-supported";
    public const string MissingField = "missing-field";
    public const string WrongType = "wrong-type";
    public const string OneOf = "one-of";
    public const string Conflict = "conflict";
    public const string DuplicateName = "duplicate-name";
    public const string ReservedName = "reserved-name";
    public const string BadName = "bad-name";
    public const string BadReference = "bad-reference";
    public const string BadLabel = "bad-label";
    public const string BadText = "bad-text";
    public const string BadVersion = "bad-version";
    public const string BadDuration = "bad-duration";
    public const string BadRatio = "bad-ratio";
    public const string BadWeight = "bad-weight";
    public const string BadNumber = "bad-number";
    public const string BadQuantity = "bad-quantity";
    public const string BadChoice = "bad-choice";
    public const string BadAddress = "bad-address";
    public const string BadSecret = "bad-secret";
    public const string BadPlaceholder = "bad-placeholder";
    public const string BadStep = "bad-step";
    public const string TooManyProblems = "too-many-problems";
}
