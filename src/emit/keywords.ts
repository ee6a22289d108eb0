import { wordSet, type NameRules } from './names.js';

/** Of C11 and C23, and of C++20, from which headers are included as well; the library's functions, which compilers know. */
export const C_NAMES: NameRules = {
  language: 'C',
  words: wordSet(`
    alignas alignof auto bool break case char const constexpr continue default do double else enum
    extern false float for goto if inline int long nullptr register restrict return short signed
    sizeof static static_assert struct switch thread_local true typedef typeof typeof_unqual union
    unsigned void volatile while asm fortran
    and and_eq bitand bitor catch char8_t char16_t char32_t class co_await co_return co_yield compl
    concept const_cast consteval constinit decltype delete dynamic_cast explicit export friend mutable
    namespace new noexcept not not_eq operator or or_eq private protected public reinterpret_cast
    requires static_cast template this throw try typeid typename using virtual wchar_t xor xor_eq
    main linux unix i386
  `),
  patterns: [
    { pattern: /_t$/, reason: 'names that end in _t are types of the library' },
    {
      pattern:
        /^(?:a?(?:cos|sin|tan)h?|atan2|exp|exp2|expm1|log|log2|log10|log1p|logb|ilogb|pow|pow10|exp10|sqrt|cbrt|hypot|erf|erfc|[lt]?gamma|floor|ceil|round|lround|llround|trunc|rint|lrint|llrint|nearbyint|fabs|fmod|remainder|remquo|modf|frexp|ldexp|scalbn|scalbln|copysign|nan|nextafter|nexttoward|fdim|fmax|fmin|fma|significand|drem|scalb|sincos|j[01n]|y[01n])[fl]?$/,
      reason: 'it is a function of the library',
    },
    {
      pattern:
        /^(?:abs|labs|llabs|imaxabs|div|abort|exit|free|malloc|calloc|realloc|alloca|index|rindex|bcmp|bcopy|bzero|ffs|ffsl|ffsll|signbit|isnan|isinf|isfinite|finite|gettext|to(?:ascii|lower|upper)|is(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|xdigit)|mem(?:chr|cmp|cpy|move|set|pcpy)|st[rp]n?(?:cat|chr|cmp|cpy|cspn|dup|len|pbrk|rchr|spn|str|casecmp|ncasecmp|ncat|ncmp|ncpy|ndup)|[fsv]*n?(?:printf|scanf)|[fp]?put[cs]?(?:char)?(?:_unlocked)?|exec(?:l|lp|le|v|vp|ve)|fork|_exit)$/,
      reason: 'it is a function of the library',
    },
  ],
};

/** Of every edition, reserved ones too. */
export const RUST_NAMES: NameRules = {
  language: 'Rust',
  words: wordSet(`
    as async await break const continue crate dyn else enum extern false fn for gen if impl in let
    loop match mod move mut pub ref return self Self static struct super trait true type unsafe use
    where while abstract become box do final macro override priv try typeof unsized virtual yield
    main test
  `),
  patterns: [{ pattern: /^(?:core|std|alloc)$/, reason: 'it is a crate that every program has' }],
};

/** Of Python 3.13, soft ones too: modules of these names could not be imported. */
export const PYTHON_NAMES: NameRules = {
  language: 'Python',
  words: wordSet(`
    False None True and as assert async await break class continue def del elif else except finally
    for from global if import in is lambda nonlocal not or pass raise return try while with yield
    match case type
  `),
  patterns: [
    {
      pattern: /^(?:bisect|operator|numpy|sys|math|cmath|array|types|enum|abc|io|os|re|random|struct)$/,
      reason: 'it is a module that others are looked for in its place',
    },
  ],
};

/** Of Solidity 0.8, reserved ones too; what a function of a library could hide. */
export const SOLIDITY_NAMES: NameRules = {
  language: 'Solidity',
  words: wordSet(`
    abstract address anonymous as assembly assert block blobhash blockhash bool break bytes calldata
    case catch constant constructor continue contract days default delete do ecrecover else emit
    enum ether event external fallback false final finney fixed for from function gasleft gwei hex
    hours if immutable implements import in indexed inline int interface internal is keccak256 let
    library macro mapping match memory minutes modifier msg mutable new now null of override partial
    payable pragma private promise public pure receive reference relocatable require return returns
    revert ripemd160 sealed seconds selfdestruct sha256 sizeof static storage string struct super
    supports suicide switch szabo this throw transient true try tx type typedef typeof ufixed uint
    unchecked using var view virtual weeks wei while years addmod mulmod abi layout at error global
    transient after alias apply auto byte copyof define unicode
  `),
  patterns: [{ pattern: /^(?:u?int|bytes)\d+$/, reason: 'it is a type' }],
};

/** Of TypeScript modules, and the other names that they export. */
export const TYPESCRIPT_NAMES: NameRules = {
  language: 'TypeScript',
  words: wordSet(`
    arguments as async await break case catch class const continue debugger default delete do else
    enum eval export extends false finally for from function if implements import in instanceof
    interface let new null package private protected public return static super switch this throw
    true try typeof undefined var void while with yield kernel
  `),
};
